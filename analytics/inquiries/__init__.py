"""Analyses that say a table, each with its drill: what a page and a route of their own are made of."""

from analytics.inquiries.attendance import ATTENDANCE
from analytics.inquiries.channels import CHANNELS
from analytics.inquiries.comparison import COMPARISON
from analytics.inquiries.concentration import CONCENTRATION
from analytics.inquiries.contacts import CONTACTS
from analytics.inquiries.fairness import FAIRNESS
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Wanted
from analytics.inquiries.lateness import LATENESS
from analytics.inquiries.pain import PAIN
from analytics.inquiries.peak import PEAK
from analytics.inquiries.restatement import RESTATEMENT
from analytics.inquiries.rows import Rows
from analytics.inquiries.wellbeing import WELLBEING

INQUIRIES = {
    one.name: one
    for one in (
        ATTENDANCE, FAIRNESS, COMPARISON, PEAK, CONCENTRATION, CHANNELS, CONTACTS,
        PAIN, WELLBEING, LATENESS, RESTATEMENT,
    )
}  # fmt: skip

__all__ = ["INQUIRIES", "Choice", "Column", "Found", "Inquiry", "Rows", "Wanted"]
