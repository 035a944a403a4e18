"""What does the journal of a visit keep over a restart, and what no longer once it is over?"""

from pathlib import Path

from edge_agent.core.booth import Booth, Phase, Restarted
from edge_agent.flows.visit_journal import VisitJournal
from tests.edge_agent.core.stories import company, preparation


def test_who_is_in_a_visit_that_goes_on_is_known_after_a_restart(tmp_path: Path) -> None:
    journal = VisitJournal(tmp_path / "visit.json")
    there = company("clerk-8")
    journal.write(Booth(phase=Phase.VISIT, visit=preparation(), companions=there, turn=3))
    assert journal.read() == Restarted(preparation(), Phase.VISIT, there, 3)


def test_of_a_visit_that_is_over_no_name_stays_on_the_disk(tmp_path: Path) -> None:
    journal = VisitJournal(tmp_path / "visit.json")
    for phase in (Phase.VISIT, Phase.ENDING, Phase.WIPING):
        journal.write(
            Booth(phase=phase, visit=preparation(), companions=company("clerk-8"), turn=3)
        )
    assert "clerk-8" not in (tmp_path / "visit.json").read_text()
    journal.write(Booth())
    assert list(tmp_path.iterdir()) == []
    assert journal.read() is None


def test_a_line_of_an_older_agent_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "visit.json"
    path.write_text(f'{{"phase":"visit","visit":{preparation().model_dump_json()}}}')
    assert VisitJournal(path).read() == Restarted(preparation(), Phase.VISIT)
