"""How is a live day's own part of the report read by a person?"""

from html import escape
from typing import Any

from provisioning.nation.country import agencies
from provisioning.nation.live.comparison import EVERYBODY

SPREADS = {
    "number": "a number: the device's wish to its answer",
    "call": "a call: the clerk's press to its answer",
    "call_to_booth": "the clerk's press to the booth that calls",
}
ACCOUNTS = ("simulator", "as_lived", "rows", "board")


def told(live: dict[str, Any]) -> list[str]:
    """What was driven, whether it is the same story, and how fast the system was."""
    return [*_driven(live), *_same(live), *_audit(live["audit"]), *_speed(live["latency_ms"])]


def _driven(live: dict[str, Any]) -> list[str]:
    asked, machine, clerks, devices = (
        live["asked"],
        live["machine"],
        live["clerks"],
        live["devices"],
    )
    centre = live["contact_centre"]
    end = "" if live["drained"] else " It was stopped while somebody still waited."
    return [
        "<h2>The same hours on the running system</h2>",
        (
            f"<p>{live['hours']:g} hours of the day, {asked['speed']:g} times as fast, over real "
            f"MQTT and HTTP: {devices['on_the_line']} of {devices['asked']} devices on the line, "
            f"each with a connection and a certificate of its own; {clerks['signed_in']} of "
            f"{clerks['asked']} clerks signed in (in {clerks['sign_in_s']:.0f} s) with an open "
            f"page. {live['lost_lines']} connections broke or were refused, "
            f"{live['refused_numbers']} wishes for a number were refused or got no answer. It took "
            f"{live['seconds']:.0f} s until everybody was served.{end} The contact centre of "
            f"{escape(_name(centre['agency']))} got its clerk for {centre['answered']} calls and "
            f"was turned away with {centre['turned_away']}. Measured on {machine['cores']} "
            f"cores ({escape(machine['model'])}), {machine['memory_gib']:g} GiB, with all "
            "devices, clerks, broker and control plane on them.</p>"
        ),
    ]


def _same(live: dict[str, Any]) -> list[str]:
    parts = [
        (
            "<table><tr><th>Agency<th>Came<th>Served<th>Missed<th>Mean wait, min: simulator"
            "<th>as slow<th>rows<th>live board<th>may differ by<th>Longest queue</tr>"
        )
    ]
    for line in live["agencies"]:
        wait = line["mean_wait_s"]
        counts = "".join(f"<td>{_three(line[what])}" for what in ("came", "served", "missed"))
        minutes = "".join(f"<td>{wait[who] / 60:.1f}" for who in ACCOUNTS)
        parts.append(
            f"<tr><td>{escape(_name(line['agency']))}{counts}{minutes}"
            f"<td>{wait['bound'] / 60:.1f}<td>{line['longest_queue']}</tr>"
        )
    parts.append(
        "</table><p>Three numbers in a cell: simulator, rows, live board, where they differ. Waits "
        "are the nation's. Every moment that the machine takes for itself counts as often as the "
        "day is faster: «as slow» is the simulator again, with each visitor as late and each visit "
        "as long as it was. By how much rows and board may differ from that is told beside.</p>"
    )
    if live["differences"]:
        told_apart = "".join(f"<li>{escape(each)}" for each in live["differences"])
        parts.append(f"<p>Not the same story:</p><ul>{told_apart}</ul>")
    else:
        parts.append("<p>Simulator, rows and live board tell the same story.</p>")
    return parts


def _audit(audit: dict[str, Any]) -> list[str]:
    chain = "holds" if audit["chain_intact"] else "does not hold"
    return [
        (
            f"<p>Audited: of {audit['numbers']} numbers {audit['served']} were served; lost "
            f"{audit['lost']}, served twice {audit['twice']}, a clerk with two visits "
            f"{audit['clerk_twice']}, a booth with two {audit['booth_twice']}; the audit log's "
            f"chain {chain}.</p>"
        )
    ]


def _speed(latency: dict[str, Any]) -> list[str]:
    parts = ["<table><tr><th>Milliseconds<th>n<th>50 %<th>95 %<th>99 %<th>most</tr>"]
    for name, words in SPREADS.items():
        found = latency[name]
        cells = "".join(f"<td>{found.get(key, '')}" for key in ("n", "p50", "p95", "p99", "most"))
        parts.append(f"<tr><td>{words}{cells}</tr>")
    return [*parts, "</table>"]


def _three(three: dict[str, float]) -> str:
    found = [three["simulator"], three["rows"], three["board"]]
    if len(set(found)) == 1:
        return f"{found[0]:g}"
    return " / ".join(f"{each:g}" for each in found)


def _name(agency: str) -> str:
    if agency == EVERYBODY:
        return "Everybody"
    return next((each.name for each in agencies() if each.code == agency), agency)
