"""How are the results read by a person? One page that opens without a network."""

from html import escape
from typing import Any

from provisioning.nation.country import agencies
from provisioning.nation.live.story import told
from provisioning.nation.plots import bars

NAMES = {
    "manual": "by hand",
    "greedy": "oldest first",
    "ours": "shorter first",
    "many_booths": "no booth limit",
    "many_clerks": "no clerk limit",
    "virtual": "in virtual time",
    "as_lived": "in virtual time, as slow as the machine",
    "live": "on the running system",
}
SHOWN = ("greedy", "ours")
YARDSTICKS = {"many_booths", "many_clerks"}
BY_MINUTES = "Mean wait by expected minutes of the matter: what shorter first costs whom"
STYLE = """body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #ccc;padding:.3rem .7rem;
text-align:right}td:first-child,th:first-child{text-align:left}svg{width:100%;font-size:12px}
svg .label{text-anchor:end}"""


def page(results: dict[str, Any]) -> str:
    """The whole report."""
    volumes = results["volumes"]
    total = f"{sum(volumes['queue_visits'].values()):,}"
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>The nation</title>",
        f"<style>{STYLE}</style><h1>The nation in a laptop</h1>",
        (
            f"<p>{results['points']} points, twelve agencies, {_days(results['days'])}, "
            f"seed {results['seed']}. At full volume {total} visitors take a number in "
            f"{volumes['year']} (the working group's report of 17.1.2022, figure 7, sums "
            "recomputed). Everything else is an assumption of ours: the report gives no length "
            "of any visit, and here nobody leaves the queue. A wait runs from arrival to call; "
            "minutes throughout.</p>"
        ),
    ]
    if "live" in results:
        parts.extend(told(results["live"]))
    for scenario in results["scenarios"]:
        parts.extend(_scenario(scenario))
    return "\n".join([*parts, "</html>\n"])


def _days(many: int) -> str:
    return "one day" if many == 1 else f"{many} days"


def _scenario(scenario: dict[str, Any]) -> list[str]:
    practices = scenario["practices"]
    life = (
        "every clerk serves every language, all day"
        if scenario["life"] == "plain"
        else "with languages, breaks, contact-centre calls, wrap-up and the booth's wipe"
    )
    head = f"A {scenario['load']} day, {life}"
    parts = [
        (
            f"<h2>{escape(head)}</h2><p>{scenario['of_volumes']:.0%} of the volumes: "
            f"{scenario['visitors']} visitors, {sum(scenario['clerks'].values())} clerks, "
            f"{scenario['booths']} booths.</p>"
        ),
        (
            "<table><tr><th>Practice<th>Mean<th>Median<th>95 %<th>Longest<th>In 15 min<th>Overtaken"
            "<th>Never called<th>Clerks' use<th>Booths' use</tr>"
        ),
    ]
    for code, found in practices.items():
        every = found["all"]
        minutes = "".join(
            f"<td>{every[key] / 60:.1f}" for key in ("mean_s", "median_s", "p95_s", "longest_s")
        )
        parts.append(
            f"<tr><td>{NAMES[code]}{minutes}<td>{every['in_time']:.0%}<td>{found['overtaken']}"
            f"<td>{found['waiting']}<td>{found['clerk_use']:.0%}<td>{found['booth_use']:.0%}</tr>"
        )
    parts.append(
        "</table><p>Overtaken: somebody who came later to the same point for the same agency was "
        "called earlier.</p>"
    )
    if YARDSTICKS & practices.keys():
        parts.append("<p>The two rows without a limit are no practices but yardsticks.</p>")
    shown = scenario.get("shown", SHOWN)
    names = {agency.code: agency.name for agency in agencies()}
    for title, key in (
        ("Mean wait by agency", "agency"),
        ("Mean wait by size of the point (thirds of the points)", "size"),
        ("Mean wait by language", "language"),
        (
            BY_MINUTES if shown == SHOWN else "Mean wait by expected minutes of the matter",
            "minutes",
        ),
    ):
        groups = list(practices[shown[0]][key])
        rows = {
            names.get(group, group): [
                practices[code][key].get(group, {"mean_s": 0})["mean_s"] / 60 for code in shown
            ]
            for group in groups
        }
        parts.append(f"<h3>{title}</h3>")
        parts.append(bars(title, "minutes", rows, [NAMES[code] for code in shown]))
    return parts
