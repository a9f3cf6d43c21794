"""data.police.uk records: finding the files of a download, and counting them a month at a time."""
