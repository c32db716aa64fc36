"""The person's own plan: what matters in their words, goals, steps, who does what, reviews.

Keeps: My Life plans, each line with who said it and when, goals and what the person says of them.
Receives from: `people`, whose plan it is; `records`, what feeds brought in the person's own words.
Hands on: to `huddles` and the person's page, their words and goals for a viewer.
"""
