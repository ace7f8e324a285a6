"""Where drafts of policies, scenarios and modules become published versions."""
