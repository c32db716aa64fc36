"""Every ask of a service and its answer, by one mechanism for partners, coordinators, charities.

Keeps: referrals, what happened with each, links by which an organisation without accounts answers.
Receives from: `people`, whom it is for; `directory`, which service is asked.
Hands on: to `plans`, `huddles` and the person's page, what was asked and what came of it.
"""
