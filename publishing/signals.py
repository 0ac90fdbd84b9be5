"""What a floor may listen to without being imported from below."""

from django.dispatch import Signal

#: Sent inside the transaction after a row changed what readers can see: published, changed while published, withdrawn.
#: sender: the model; row: the row; it may be unpublished by now.
public_content_changed = Signal()
