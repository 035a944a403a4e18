"""Why may a step of the journey be refused?"""

from control_plane.errors import Reason

NOT_A_CLERK = Reason("not_a_clerk", 403, "The account belongs to no agency: it has no desk.")
NO_TICKET = Reason("no_ticket", 409, "Nobody waits whom you could serve now.")
NO_BOOTH_READY = Reason("no_booth_ready", 409, "Somebody waits, but no fitting booth is ready.")
KEPT_FOR_BOOKING = Reason(
    "kept_for_booking", 409, "You are kept free for a booking; see booked_for."
)
CLERK_BUSY = Reason("clerk_busy", 409, "You are in a visit.")
NOT_AVAILABLE = Reason("not_available", 409, "Say that you are available first.")
NOT_CALLABLE = Reason("not_callable", 409, "This ticket cannot be called now; see why_not.")
WRONG_STATE = Reason("wrong_state", 409, "The visit is not at that step; see state.")
TOO_SOON = Reason("too_soon", 409, "Not yet: the visitor needs some time to come.")
NO_MORE_CALLS = Reason("no_more_calls", 409, "The visitor was called as often as allowed.")
UNKNOWN_REASON = Reason("unknown_reason", 422, "Your agency has no such reason for a break.")
ODD_SHIFT = Reason("odd_shift", 422, "A shift ends within a day, and after it began.")
NOT_OFFERED_HERE = Reason("not_offered_here", 409, "This service is not offered here today.")
CLOSED_NOW = Reason("closed_now", 409, "That queue is closed at this hour.")
NO_QUEUE_TODAY = Reason("no_queue_today", 409, "That agency has no queue day there today.")
NUMBERS_WAIT = Reason(
    "numbers_wait", 409, "Numbers of today still wait there: serve them or close the queue first."
)
SAME_QUEUE = Reason("same_queue", 409, "The visitor is in that queue already; name a clerk.")
TO_ONESELF = Reason("to_oneself", 409, "You cannot send a visitor to yourself; park the visit.")
PERSON_NOT_THERE = Reason("person_not_there", 409, "No such colleague is on duty.")
MOVED_TOO_OFTEN = Reason(
    "moved_too_often", 409, "The visitor was sent on too often: help now, or end the visit."
)
NOT_PARKED = Reason("not_parked", 409, "The visitor is not set aside any more.")
TOO_LATE = Reason("too_late", 409, "The number has lapsed: the visitor takes a new one.")
NO_MORE_PASSES = Reason("no_more_passes", 409, "The visitor let others pass as often as allowed.")
OFFER_GONE = Reason("offer_gone", 409, "The offer has ended: it went to another, or time ran out.")
NOT_WAITING = Reason("not_waiting", 409, "The number is not where this could be done; see state.")
NO_SUCH_CLASS = Reason("no_such_class", 409, "Your agency's choices name no such class.")
NOT_THAT_DAY = Reason("not_that_day", 409, "The booking is of another day than the number.")
NOT_HERE = Reason("not_here", 409, "Nobody is at that desk.")
COLLEAGUE_BUSY = Reason("colleague_busy", 409, "That colleague is not free just now.")
NOBODY_FREE = Reason("nobody_free", 409, "Nobody who could help with this is free just now.")
CONSULT_OPEN = Reason("consult_open", 409, "A colleague is asked already, or is there.")
NO_CONSULT = Reason("no_consult", 409, "No colleague is asked or there.")
CONSULT_GONE = Reason("consult_gone", 409, "The asking has ended.")
NOT_KEPT = Reason("not_kept", 409, "The visit cannot be yours now; see why.")
BOOTH_NOT_FREE = Reason("booth_not_free", 409, "That booth is not free and ready; see why_not.")
LINK_THERE = Reason("link_there", 409, "Another clerk's picture stands in that booth.")
PUSH_ONLY = Reason("push_only", 409, "Your agency's queue offers visitors by itself.")
