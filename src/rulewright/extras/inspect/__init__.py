"""Inspect in and out: tasks that evaluation teams run with `inspect eval`, a guard as an approver, and logs as evidence.

    inspect eval rulewright/commons -T institution=contracts --model openai/gpt-4o

`tasks` are the task family, `model` puts an Inspect model where rulewright asks one, `approval` puts a guard before every tool
call, `logs` reads suspicion scores out of logs. Inspect finds them by the entry point `inspect_ai` →
`rulewright.extras.inspect.registry`. Needs `rulewright[inspect]`; nothing here is imported before it is asked for.
"""
