"""Parts of a page: the section of a priority, the dashboard, the tally. Results in, markup out."""
