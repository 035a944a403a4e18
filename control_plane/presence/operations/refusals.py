"""Why may a contact centre's wish be refused?"""

from control_plane.errors import Reason

CLERK_TAKEN = Reason(
    "clerk_taken", 409, "A visit, an offer or another lease was first; see doing and since."
)
LEASE_OVER = Reason("lease_over", 409, "The lease was released: a new one needs a new id.")
LEASE_OF_ANOTHER = Reason("lease_of_another", 409, "The lease of this id is another clerk's.")
BAD_SIGNATURE = Reason("bad_signature", 401, "The webhook's signature does not hold.")
STALE = Reason("stale", 401, "The webhook is more than five minutes from now; see server_time.")
REPLAYED = Reason("replayed", 409, "A webhook of this id has had its effect already.")
BAD_ADDRESS = Reason("bad_address", 422, "Webhooks go to https only, and never to this machine.")
NO_WEBHOOK = Reason("no_webhook", 404, "The integration has no address for webhooks.")
UNKNOWN_CLERK = Reason("unknown_clerk", 404, "No clerk of your agency is known by this name.")
