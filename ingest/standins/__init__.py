"""The APIs of other products that the desk answers in their place, one file each; `calls` finds whose a request is."""
