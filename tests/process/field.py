"""What somebody from a real PMO looks for in each process: the field's roles, phases, gates and artefacts."""

ROLES = {
    "predictive": """sponsor project-manager pmo change-control-board steering-committee functional-manager
        user-representative business-analyst project-team supplier""",
    "program": "program-owner program-manager business-change-manager program-board project-manager pmo",
    "prince2-style": """business-layer executive senior-user senior-supplier project-assurance change-authority
        project-manager
        team-manager project-support""",
    "pm2-style": """governance-body steering-committee project-owner business-manager
        business-implementation-group user-representatives solution-provider project-manager project-core-team
        contractor-project-manager project-manager-assistant project-support-office quality-assurance
        architecture-office document-management data-protection security-officer""",
    "agile-hybrid": """lean-portfolio-management epic-owner business-owners release-train-engineer
        product-management system-architect product-owner scrum-master developers sponsor project-manager""",
}
PHASES = {
    "predictive": "initiation planning execution monitoring closure",
    "program": "initiating planning tranche closing",
    "prince2-style": "pre-project initiation delivery-stage control closing",
    "pm2-style": "initiating planning executing monitor-and-control closing",
    "agile-hybrid": "reviewing analysing ready implementing iterations releasing done",
}
GATES = {
    "predictive": "G0 G1 G2 G3 G4",
    "program": "PG0 PG1 PT PG2",
    "prince2-style": "AI AP AS AC",
    "pm2-style": "RfP RfE RfC AC",
    "agile-hybrid": "H0 H1 H2 H3 H4 H5 H6",
}
ARTEFACTS = {
    ("predictive", "initiation"): """business-case benefits-management-plan project-charter assumption-log
        stakeholder-register""",
    ("predictive", "planning"): """scope-management-plan requirements-management-plan schedule-management-plan
        cost-management-plan quality-management-plan resource-management-plan communications-management-plan
        risk-management-plan procurement-management-plan stakeholder-engagement-plan change-management-plan
        configuration-management-plan scope-baseline schedule-baseline cost-baseline
        performance-measurement-baseline requirements-documentation requirements-traceability-matrix
        activity-list milestone-list network-diagram duration-and-cost-estimates schedule calendars
        resource-requirements
        resource-breakdown-structure quality-metrics test-and-evaluation risk-register risk-report""",
    (
        "predictive",
        "execution",
    ): """work-performance-data issue-log quality-report change-requests team-assignments
        communications-record lessons-learned-register""",
    ("predictive", "monitoring"): """work-performance-report approved-changes change-log
        verified-and-accepted-deliverables quality-measurements cost-and-schedule-forecasts
        earned-value-set""",
    ("predictive", "closure"): """accepted-deliverables transition-and-handover final-report
        lessons-repository-update closed-procurements archive""",
    ("program", "initiating"): "vision-and-objectives program-business-case program-charter",
    ("program", "planning"): """program-roadmap dependency-register benefits-register benefit-map
        program-risk-register resource-pool financial-plan transition-plan stakeholder-and-communication-plan
        priorities""",
    ("program", "tranche"): "tranche-review intervention-register benefits-measurement",
    ("program", "closing"): "program-closure-report program-lessons benefits-handover",
    ("prince2-style", "pre-project"): "project-brief initiation-stage-plan lessons-log daily-log",
    (
        "prince2-style",
        "initiation",
    ): """business-case project-initiation-documentation project-plan first-stage-plan benefits-management-approach
        risk-register product-register quality-register issue-register quality-management-approach
        risk-management-approach issue-management-approach communication-management-approach""",
    (
        "prince2-style",
        "delivery-stage",
    ): """end-stage-report next-stage-plan updated-project-plan updated-business-case work-packages
""",
    ("prince2-style", "control"): "highlight-report checkpoint-report issue-report exception-report exception-plan",
    ("prince2-style", "closing"): "end-project-report lessons-report acceptance-and-handover follow-on-actions",
    (
        "pm2-style",
        "initiating",
    ): """project-initiation-request business-case project-charter phase-exit-review-initiating risk-log issue-log
        decision-log""",
    (
        "pm2-style",
        "planning",
    ): """planning-kick-off project-handbook stakeholder-matrix project-work-plan outsourcing-plan
        deliverables-acceptance-plan transition-plan business-implementation-plan requirements-management-plan
        change-management-plan risk-management-plan issue-management-plan communications-management-plan
        quality-management-plan change-log phase-exit-review-planning""",
    (
        "pm2-style",
        "executing",
    ): """executing-kick-off minutes-of-meeting project-status-report project-progress-report quality-review-report
        contractor-status-report change-request-form phase-exit-review-executing""",
    (
        "pm2-style",
        "monitor-and-control",
    ): """deliverables-acceptance-checklist transition-checklist quality-review-checklist stakeholders-checklist
        business-implementation-checklist""",
    ("pm2-style", "closing"): "project-end-review project-end-report project-acceptance-note administrative-closure",
    ("agile-hybrid", "reviewing"): "epic-hypothesis-statement",
    ("agile-hybrid", "analysing"): "lean-business-case mvp-definition lean-budget-guardrails vision roadmap",
    (
        "agile-hybrid",
        "ready",
    ): """art-backlog pi-objectives roam-risk-board confidence-vote definition-of-done product-goal-and-backlog
        planning-board""",
    (
        "agile-hybrid",
        "implementing",
    ): """inspect-and-adapt-report pi-predictability system-demo-record next-pi-objectives
""",
    ("agile-hybrid", "iterations"): "increment-record sprint-goals-and-backlogs retrospective-actions",
    ("agile-hybrid", "releasing"): "release-readiness mvp-outcome",
    ("agile-hybrid", "done"): "closure-report lessons product-handover benefits-handover",
}
MANDATORY = {
    ("predictive", "initiation"): "business-case project-charter stakeholder-register",
    ("predictive", "planning"): """requirements-documentation scope-baseline schedule-baseline cost-baseline
        quality-management-plan risk-register""",
    ("predictive", "execution"): "quality-report lessons-learned-register",
    ("predictive", "monitoring"): "work-performance-report",
    ("predictive", "closure"): "transition-and-handover final-report lessons-repository-update",
    ("program", "initiating"): "vision-and-objectives program-business-case program-charter",
    ("program", "planning"): "program-roadmap dependency-register benefits-register program-risk-register",
    ("program", "tranche"): "tranche-review",
    ("program", "closing"): "program-closure-report program-lessons benefits-handover",
    ("prince2-style", "pre-project"): "project-brief initiation-stage-plan",
    (
        "prince2-style",
        "initiation",
    ): """business-case project-initiation-documentation project-plan first-stage-plan benefits-management-approach
        risk-register""",
    ("prince2-style", "delivery-stage"): """end-stage-report next-stage-plan updated-project-plan
        updated-business-case
""",
    ("prince2-style", "control"): "highlight-report",
    ("prince2-style", "closing"): "end-project-report lessons-report acceptance-and-handover follow-on-actions",
    (
        "pm2-style",
        "initiating",
    ): """project-initiation-request business-case project-charter phase-exit-review-initiating
""",
    (
        "pm2-style",
        "planning",
    ): """planning-kick-off project-handbook stakeholder-matrix project-work-plan deliverables-acceptance-plan
        phase-exit-review-planning""",
    ("pm2-style", "executing"): "quality-review-report project-status-report phase-exit-review-executing",
    ("pm2-style", "monitor-and-control"): "deliverables-acceptance-checklist transition-checklist",
    ("pm2-style", "closing"): "project-end-review project-end-report project-acceptance-note administrative-closure",
    ("agile-hybrid", "reviewing"): "epic-hypothesis-statement",
    ("agile-hybrid", "analysing"): "lean-business-case mvp-definition lean-budget-guardrails",
    ("agile-hybrid", "ready"): "art-backlog pi-objectives roam-risk-board confidence-vote definition-of-done",
    ("agile-hybrid", "implementing"): "inspect-and-adapt-report pi-predictability system-demo-record",
    ("agile-hybrid", "iterations"): "increment-record",
    ("agile-hybrid", "releasing"): "release-readiness mvp-outcome",
    ("agile-hybrid", "done"): "closure-report lessons product-handover benefits-handover",
}
