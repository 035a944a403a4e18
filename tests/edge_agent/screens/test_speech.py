"""For how long is a spoken text kept?"""

from edge_agent.screens.speech import KEPT_S, SpeechStore


def test_speech_is_dropped_after_it_was_played() -> None:
    store = SpeechStore()
    url = store.keep(b"wav", now=0.0)
    name = url.removeprefix("/speech/").removesuffix(".wav")
    assert store.find(name, now=KEPT_S - 1) == b"wav"
    assert store.find(name, now=KEPT_S) is None
    assert len(store) == 0
