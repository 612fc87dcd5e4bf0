"""What the fields of charters and of the organisation's file mean, in one sentence each."""

from collections.abc import Mapping

CHARTERS: Mapping[str, Mapping[str, str]] = {
    "Charter": {
        "project": "The project's name; all its records begin with it.",
        "title": "What people call the project.",
        "process": "The standard process that it follows.",
        "version": "The version of that process, in quotes. Default: the one published last, else the file's.",
        "goal": "What will be there at the end.",
        "need": "Why it is needed.",
        "success_criteria": "What must be true for it to be a success.",
        "constraints": "Approved time, cost and scope with their tolerances.",
        "people": "Who takes part, and in which roles.",
        "groups": "Groups of the organisation whose members take part too.",
        "deliverables": "What this project produces besides what its process asks for.",
        "assumptions": "What is taken for granted.",
        "benefits": "What it is good for afterwards, and how that is measured.",
        "risks": "What may happen, as known at the start.",
        "stages": "How often each repeating phase comes, by the phase's name.",
        "tailoring": "The tailoring rules of the process that this project follows, each with its reason.",
        "plan": "The plan's file (CSV or YAML) beside this one.",
    },
    "TailoringChoice": {
        "rule": "The rule's name in the process.",
        "reason": "Why it fits this project; every later report repeats it.",
    },
    "GroupRoles": {
        "group": "The group, as organisation.yaml calls it.",
        "roles": "The roles that each of its members holds in this project.",
    },
    "ProgramCharter": {
        "project": "The program's name; all its records begin with it.",
        "title": "What people call the program.",
        "objectives": "The strategic objectives that its projects serve.",
        "projects": "Its projects, each with its charter.",
        "dependencies": "What its projects need of each other.",
    },
    "Constraints": {
        "time": "The approved dates.",
        "cost": "The approved budget.",
        "scope": "What is in, and what is not.",
    },
    "TimeLimit": {
        "start": "The first day, as YYYY-MM-DD.",
        "finish": "The last day, as YYYY-MM-DD.",
        "tolerance_days": "How many calendar days later the forecast may be before it is an exception.",
    },
    "CostLimit": {
        "budget": "The approved money.",
        "currency": "Its currency, three capitals: EUR.",
        "tolerance_percent": "How many percent above it the forecast may be before it is an exception.",
    },
    "ScopeLimit": {
        "statement": "What is delivered.",
        "excluded": "What is not, so that nobody waits for it.",
        "tolerance_items": "How many deliverables may be missing at the end.",
    },
    "SuccessCriterion": {
        "id": "Its name.",
        "text": "What must be true.",
        "measure": "How that is measured.",
    },
    "Benefit": {
        "id": "Its name.",
        "text": "What gets better.",
        "measure": "How that is measured.",
        "baseline": "What it is today.",
        "target": "What it shall be.",
        "owner": "The role that answers for it after the project.",
        "due": "When it is measured, as YYYY-MM-DD.",
        "monetary": "True when it is counted in money.",
    },
    "RiskEntry": {
        "title": "What may happen.",
        "category": "Its kind.",
        "probability": "From 1 (low) to 5 (high).",
        "impact": "From 1 (low) to 5 (high).",
        "response": "What is done about it.",
        "owner": "The role that watches it.",
    },
    "Member": {
        "id": "The person's name for records and commands: anna.berg.",
        "name": "The full name.",
        "roles": "The roles that the person holds here.",
    },
    "Objective": {
        "id": "Its name.",
        "text": "What the organisation wants to reach.",
    },
    "MemberProject": {
        "project": "The project's name, as its charter says it.",
        "charter": "Its charter's file, from this one.",
        "objective": "The objective that it serves.",
    },
    "Dependency": {
        "id": "Its name.",
        "text": "What is needed, and why.",
        "before": "What must be there first: project/milestone, or project/gate.",
        "after": "What waits for it: project/activity, or project/phase.",
        "lag": "How many working days lie between them.",
    },
    "Organisation": {
        "organisation": "What the organisation is called.",
        "language": "The language of its documents.",
        "currency": "Its currency, three capitals: EUR.",
        "sign_in": "How people say who they are: `login` trusts --as, `token` asks everybody for a personal token.",
        "publishing": "Who publishes standard processes, and whether projects may start without that.",
        "calendars": "When people work.",
        "people": "Who is who. Charters choose from them.",
        "groups": "People who are named together.",
        "steps": "Which functions of your own automated steps may run.",
    },
    "AllowedSteps": {
        "allowed": "Python modules, each with those below it. The engine's own (lifecycle.steps) may always run.",
    },
    "Publishing": {
        "publishers": "The people who publish and retire processes. Everybody does, when left out.",
        "four_eyes": "True when nobody publishes what they drafted themselves.",
        "required": "True when projects start with published processes only.",
    },
    "Calendar": {
        "id": "Its name.",
        "title": "What people call it.",
        "working_days": "The days on which people work: mon to sun.",
    },
    "Person": {
        "id": "The person's name for charters and commands: anna.berg.",
        "name": "The full name.",
        "position": "What the person does in the organisation.",
        "roles": "The roles that fit the person.",
    },
    "Group": {
        "id": "The group's name for charters.",
        "title": "What people call it.",
        "members": "The people in it, by their ids.",
    },
}
