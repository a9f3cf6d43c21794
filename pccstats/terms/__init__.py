"""The words the project thinks in: periods, plan, observations, results.

This is the ground floor. It computes no statistic, opens no file, draws no chart, and imports nothing of ours from
above.
"""
