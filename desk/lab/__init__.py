"""The rule lab: what another configuration would have made of recorded history, before it is switched on."""
