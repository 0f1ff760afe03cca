"""What customers write about: where it belongs, how often it comes, how it is tagged and how it tends to go."""

from dataclasses import dataclass

from app.imports.demo.company import BILLING, FIRST_LINE, INTEGRATIONS, ONBOARDING, SHIPPING, TECHNICAL

TILL, PAY, STOCK, CONNECT, BOOKS = "Tidemark Till", "Tidemark Pay", "Stockroom", "Tidemark Connect", "Ledgerline"
DEVICES = ("TM-200", "TM-350", "PX-8", "PX-12", "Scanfly 2", "Harbour Pad", "Drawer One", "Pay Mini")
PRODUCTS = (TILL, PAY, STOCK, CONNECT, BOOKS)


@dataclass(frozen=True, slots=True)
class Topic:
    """`weight` is its share of mail; `hold` how often it waits for somebody else; `effort` scales the work in it."""

    name: str
    queue: str
    weight: float
    product: str
    tags: tuple[str, ...]
    code: str
    hold: float = 0.0
    effort: float = 1.0
    urgent: float = 0.0


TOPICS = (
    Topic("terminal_offline", TECHNICAL, 7.5, PAY, ("terminal", "network"), "TP-51", 0.12, 1.2, 0.18),
    Topic("payment_declined", TECHNICAL, 6.0, PAY, ("payments",), "TP-05", 0.08, 1.1, 0.22),
    Topic("printer", FIRST_LINE, 6.5, TILL, ("printer", "hardware"), "PR-12", 0.02, 0.8),
    Topic("login", FIRST_LINE, 8.5, TILL, ("login",), "AU-40", 0.0, 0.6, 0.05),
    Topic("two_factor", FIRST_LINE, 4.0, TILL, ("login", "2fa"), "AU-62", 0.0, 0.7, 0.05),
    Topic("stock_sync", TECHNICAL, 5.0, STOCK, ("sync",), "SY-30", 0.2, 1.5, 0.05),
    Topic("slow", TECHNICAL, 4.0, TILL, ("performance",), "PF-21", 0.18, 1.4),
    Topic("crash", TECHNICAL, 4.5, TILL, ("bug", "crash"), "CR-90", 0.3, 1.4, 0.1),
    Topic("reports", FIRST_LINE, 6.0, BOOKS, ("reports",), "RP-14", 0.06, 1.1),
    Topic("barcode", FIRST_LINE, 4.0, TILL, ("scanner", "hardware"), "SC-08", 0.02, 0.8),
    Topic("webhook", INTEGRATIONS, 2.6, CONNECT, ("api", "webhook"), "CN-77", 0.15, 1.5),
    Topic("api_limit", INTEGRATIONS, 2.2, CONNECT, ("api",), "CN-29", 0.08, 1.2),
    Topic("export", INTEGRATIONS, 3.2, BOOKS, ("export",), "EX-33", 0.12, 1.4),
    Topic("double_charge", BILLING, 4.2, PAY, ("billing", "payments"), "BI-02", 0.05, 0.8, 0.05),
    Topic("invoice_address", BILLING, 5.0, BOOKS, ("billing", "invoice"), "BI-11", 0.0, 0.6),
    Topic("refund", BILLING, 4.0, PAY, ("billing", "refund"), "BI-19", 0.1, 0.8),
    Topic("plan", BILLING, 3.6, TILL, ("contract",), "BI-25", 0.03, 1.0),
    Topic("setup", ONBOARDING, 3.6, TILL, ("onboarding",), "ON-04", 0.05, 1.8, 0.08),
    Topic("migrate", ONBOARDING, 2.4, STOCK, ("onboarding", "import"), "ON-17", 0.15, 2.0),
    Topic("roles", FIRST_LINE, 4.2, TILL, ("permissions",), "AU-15", 0.0, 0.7),
    Topic("parcel_late", SHIPPING, 4.6, TILL, ("delivery",), "SH-44", 0.25, 0.7),
    Topic("damaged", SHIPPING, 2.2, TILL, ("delivery", "hardware"), "SH-61", 0.15, 0.8),
    Topic("returns", SHIPPING, 2.8, TILL, ("returns",), "SH-72", 0.12, 0.7),
)
OUTAGE = Topic("outage", TECHNICAL, 0.0, PAY, ("payments", "incident-payments"), "GW-503", 0.0, 0.5, 0.75)
BY_NAME = {topic.name: topic for topic in (*TOPICS, OUTAGE)}
