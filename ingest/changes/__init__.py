"""Webhooks that tell of changes and deploys: from the payload of each tool to a `ChangeNotice`."""
