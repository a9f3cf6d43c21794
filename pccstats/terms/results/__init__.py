"""The answers: one frozen type a question, each knowing how it was made."""
