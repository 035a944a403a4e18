"""Why may a contact centre's wish be refused?"""

from control_plane.errors import Reason

CLERK_TAKEN = Reason(
    "clerk_taken", 409, "A visit, an offer or another lease was first; see doing and since."
)
LEASE_OVER = Reason("lease_over", 409, "The lease was released: a new one needs a new id.")
LEASE_OF_ANOTHER = Reason("lease_of_another", 409, "The lease of this id is another clerk's.")
UNKNOWN_CLERK = Reason("unknown_clerk", 404, "No clerk of your agency is known by this name.")
