"""The static part of a charter as a policy of Microsoft's Agent Governance Toolkit: enforcement is theirs, the proof is ours.

    text = to_policy(charter, "worker")        YAML, one document per agent; comments say what is not carried over

Their document (`agent_os.policies.schema.PolicyDocument`, version 1.0, as in agent-governance-toolkit-core 4.1) is a list of rules
with one condition each on one field of the call ("tool_name"), an action (allow, deny, audit, block), and a default. It has no
memory and no money, and a rule cannot ask for an agent and a tool at once. So what goes over is who may call which tool; what
does not is written at the top of the file. The document never allows what the guard would refuse by its permits: what
it cannot express it denies, unless the guard runs behind it (`beside`).
"""

from __future__ import annotations

from typing import Any

from ..errors import InputError
from ..guard.charter import Charter
from ..guard.charter.clauses import named

VERSION = "1.0"


def to_policy(charter: Charter, agent: str = "", *, beside: bool = False) -> str:
    """The document for one agent, in YAML; for everybody where the charter permits the same to all, if no agent is named.

    `beside`: whether the guard judges the same calls as well; then acts that are permitted on a condition go through to it. Raises
    InputError for an agent that the charter does not name, and for agents under different permits without a name.
    """
    whole = {each.name: _rules(charter, each, beside) for each in charter.agents}
    if agent and agent not in whole:
        raise InputError(where="agent", needed=f"one of {', '.join(whole) or 'none'}", found=repr(agent))
    kinds = list(whole.values())
    if not kinds:
        raise InputError(where="charter", needed="at least one agent", found="none")
    if not agent and any(rules != kinds[0] for rules in kinds):
        raise InputError(
            where="charter",
            needed="the same permits for every agent",
            found="different ones, and their rules have one condition each",
            remedy="Name the agent: to_policy(charter, agent), one document per agent.",
        )
    rules, free = whole[agent] if agent else kinds[0]
    title = f"{charter.name} for {agent}" if agent else charter.name
    lines = [f"# {line}" for line in (HEAD, *left_out(charter, agent, beside=beside))]
    lines += [
        f"version: {_scalar(VERSION)}",
        f"name: {_scalar(title)}",
        f"description: {_scalar('Which tools the charter permits; exported by rulewright.')}",
        "rules:" if rules else "rules: []",
    ]
    for k, (name, tools, action, why) in enumerate(rules):
        lines += [
            f"  - name: {_scalar(name)}",
            "    condition:",
            '      field: "tool_name"',
            '      operator: "in"',
            f"      value: [{', '.join(map(_scalar, tools))}]",
            f"    action: {_scalar(action)}",
            f"    priority: {100 * (len(rules) - k)}",
            f"    message: {_scalar(why)}",
        ]
    lines += ["defaults:", f"  action: {_scalar('allow' if free else 'deny')}"]
    return "\n".join(lines) + "\n"


def to_policies(charter: Charter, *, beside: bool = False) -> dict[str, str]:
    """{agent: its document}, to be loaded one by one: each agent's calls are judged by its own."""
    return {each.name: to_policy(charter, each.name, beside=beside) for each in charter.agents}


HEAD = "The static part of a charter of rulewright, for the Agent Governance Toolkit. Not carried over:"


def left_out(charter: Charter, agent: str = "", *, beside: bool = False) -> tuple[str, ...]:
    """What the document does not say, a sentence each."""
    who = [each for each in charter.agents if not agent or each.name == agent]
    mine = [permit for permit in charter.permits if any(named(permit.agents, each) for each in who)]
    fate = "let through, for the guard to judge" if beside else "denied"
    told = [f"the condition “{permit.when}” on {_list(permit.acts)}: {fate}" for permit in mine if permit.when]
    told += [
        f"the quota of {permit.quota} for {_list(permit.acts)} in a period: {fate}"
        for permit in mine
        if permit.quota is not None
    ]
    told += [
        f"{each.instead} in the place of an act of {each.name} that no permit allows" for each in who if each.instead
    ]
    told += [
        f"audit {audit.name}: its rate {audit.rate}, its draws and its fine; here every such call is marked “audit”"
        for audit in charter.audits
        if any(named(audit.agents, each) for each in who)
    ]
    counts: tuple[tuple[str, Any], ...] = (
        ("payments on signals (pay)", charter.pays),
        ("prices of acts", charter.prices),
        ("who may say what to whom (speak); messages are judged as any tool", charter.speaks),
        ("what agents may read of each other (reveal)", charter.reveals),
        ("acts that are drawn (commit)", charter.commits),
        ("graduated sanctions (ladder), exclusion among them", charter.ladder.rungs),
        ("appeals", charter.appeals),
        ("the watch over drift", charter.drifts),
    )
    told += [what for what, clauses in counts if clauses]
    told.append("the ledger, and the certificate: a decision here is not written there")
    told.append("budgets: theirs stand (max_tool_calls is 10 and max_tokens 4096 where a document says nothing)")
    return tuple("- " + " ".join(line.split()) for line in told)


Rule = tuple[str, tuple[str, ...], str, str]
"""Name, tools, action, message."""


def _rules(charter: Charter, agent: Any, beside: bool) -> tuple[tuple[Rule, ...], bool]:
    """The rules in order of priority, and whether everything else is allowed."""
    mine = [permit for permit in charter.permits if named(permit.agents, agent)]
    sure = [permit for permit in mine if beside or (not permit.when and permit.quota is None)]
    allowed = {act for permit in sure for act in permit.acts}
    unsure = {act for permit in mine for act in permit.acts} - allowed
    everything = "*" in allowed
    open_acts = everything or (charter.free and "*" not in unsure)
    denied = set() if everything else unsure - {"*"}
    allowed -= {"*"}
    rules: list[Rule] = []
    audited: set[str] = set()
    watch_all = False
    for audit in charter.audits:
        if audit.rate > 0 and named(audit.agents, agent):
            audited |= set(audit.acts)
            watch_all |= "*" in audit.acts
    marked = (allowed if watch_all else allowed & audited) | ((audited - {"*"} - denied) if open_acts else set())
    if denied and open_acts:
        rules.append(("not permitted", tuple(sorted(denied)), "deny", "The charter does not permit this tool."))
    if marked:
        rules.append(("permitted, and audited", tuple(sorted(marked)), "audit", "Permitted; the charter audits it."))
    if allowed - marked:
        rules.append(("permitted", tuple(sorted(allowed - marked)), "allow", "The charter permits this tool."))
    return tuple(rules), open_acts


def _list(acts: tuple[str, ...]) -> str:
    return "every act" if "*" in acts else ", ".join(acts)


def _scalar(text: str) -> str:
    """A double-quoted YAML scalar, in ASCII."""
    return '"' + "".join(map(_char, text)) + '"'


def _char(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if " " <= c <= "~":
        return c
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
