"""The Apollo campaign of `PROVIDERS=fake make run`: its estimate, its costs, and its results.

It passes only if the credits that CAM recorded equal those that the fakes metered.
"""

from local import demo
from local.demo import Api, Json, Say, Spent
from local.stack import Stack

_COLUMNS = ("name", "kind", "condition", "waiting", "credits_left", "provider_credits_left", "last_error")
_HELD = """Leads from Apollo have not opted in, and SES forbids unsolicited email, so CAM holds them.
Set `lawful_basis` for those who have opted in; `sending.allow_cold_on_ses` sends to the others at your own risk."""


def main(stack: Stack, say: Say, spent: Spent) -> bool:
    """Run the campaign and print its costs, sources and funnel. True when leads went through and all counts agree."""
    api = Api(stack)
    campaign = demo.find_or_create(api, demo.example("apollo_campaign.json"))
    path = f"/campaigns/{campaign['id']}/sources"
    print(flush=True)
    say(f"campaign {campaign['id']}: {campaign['name']} (invented people from a fake of Apollo)")
    say(f"  estimate: {expected(api.call('GET', f'{path}/estimate'))}")
    before = spent()
    ended = demo.run(api, campaign, say)
    paid = {"recorded by CAM": demo.credits_of(ended), "metered by the fakes": spent() - before}
    harvest = next(stage for stage in ended["stages"] if stage["type"] == "HARVEST")
    sources = api.call("GET", path)
    print(f"\n{costs(harvest, paid, sources['credits'])}\n\n{listed(sources['items'])}", flush=True)
    # These leads are held on SES, and a campaign whose search is finished spends nothing: both counts may be 0.
    return demo.outcome(api, stack, campaign, ended, _HELD, {"credits": paid}, {"emailed", "credits"})


def expected(estimate: Json) -> str:
    """What a run would bring, in one line."""
    found = f"up to {estimate['expected_leads']} leads for {estimate['expected_credits']} credits"
    left = f"{estimate['credits_left']} credits left (limit: {estimate['limited_by']})"
    return f"{found}; {left}. {estimate['note'] or ''}".rstrip()


def costs(harvest: Json, paid: dict[str, int], credits: Json) -> str:
    """What the run requested and spent, and the campaign's cost per qualified lead so far."""
    counts = harvest["counts"]
    each = credits["per_qualified_lead"]
    rows = [
        ("sources tried", counts.get("sources_tried", 0)),
        ("people found by the free search", counts.get("searched", 0)),
        ("  passed over", counts.get("passed_over", 0)),
        ("  requested, not found", counts.get("not_found", 0)),
        ("leads", counts.get("inserted", 0)),
        *((f"credits {where}", number) for where, number in paid.items()),
        ("credits left this month", credits["left_this_month"]),
        ("credits per qualified lead", "-" if each is None else f"{each:.2f}"),
    ]
    lines = [f"  {name:<36}{value:>6}" for name, value in rows]
    return "\n".join([*lines, *([f"  {harvest['note']}"] if harvest.get("note") else [])])


def listed(items: list[Json]) -> str:
    """The sources and providers as a table."""
    titles = [name.replace("_", " ") for name in _COLUMNS]
    rows = [titles, *([str("-" if one[name] is None else one[name]) for name in _COLUMNS] for one in items)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(f"  {line}".rstrip() for line in lines)
