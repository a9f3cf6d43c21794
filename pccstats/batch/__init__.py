"""Running a quarter: notebooks in, a folder of pages out.

The top floor. It may use everything below it and computes no figure: whatever number a page shows was made in `methods`
and put into words, tables and charts in `presentation`. Only here are papermill, nbconvert and nbclient known.
"""
