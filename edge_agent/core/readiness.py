"""Is the booth fit to receive a visitor, and if not, why not?"""

from dataclasses import dataclass

# Why a preparation failed, in the words of the contract; the clerk reads them as text.
SCREEN_MISSING = "screen_missing"
CAMERA_FAILED = "camera_failed"
MICROPHONE_FAILED = "microphone_failed"
SPEAKER_FAILED = "speaker_failed"
NO_PICTURE = "no_picture"
BOOTH_NOT_WIPED = "booth_not_wiped"
TIMEOUT = "timeout"
BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Checks:
    """What the booth's screen found out about itself for one visit."""

    microphone: bool
    camera: bool
    speaker: bool
    clerk_seen: bool  # the first frame of the clerk's picture was decoded


def broken(checks: Checks | None) -> str:
    """What does not work on the booth's own machine? "" when everything does."""
    if checks is None:
        return SCREEN_MISSING
    if not checks.camera:
        return CAMERA_FAILED
    if not checks.microphone:
        return MICROPHONE_FAILED
    if not checks.speaker:
        return SPEAKER_FAILED
    return ""


def obstacle(checks: Checks | None) -> str:
    """What stands between this booth and the call? "" when the visitor may be called."""
    trouble = broken(checks)
    if trouble or checks is None:
        return trouble
    return "" if checks.clerk_seen else NO_PICTURE
