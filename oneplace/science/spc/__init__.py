"""Statistical process control: XmR charts, runs on a median, funnel plots. Pure.

Sources: Making Data Count (NHS England) as documented by NHSRplotthedots 0.2.2 (MIT); Anhøj's runs
rules (Schilling 2012, Chen 2010); Spiegelhalter 2005 for funnels. What those leave open is stated
where it is chosen, and printed beside each chart.
"""
