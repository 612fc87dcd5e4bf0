"""Report values: everything a report says, complete and traced to its records before anything is rendered."""
