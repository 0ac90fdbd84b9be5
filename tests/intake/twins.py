"""Made-up twins of the files that mappings ship for: their columns, and rows that are plainly fictional."""

OFSTED_REVIEWS = [
    ["review_id", "review_type", "title", "printed_title", "publisher", "local_authority", "urn", "gss_code", "region", "theme", "theme_text", "overall_effectiveness", "inspection_start_date", "inspection_end_date", "publication_date", "action_statement_due", "pages", "summary", "source_url", "licence", "source_repo", "source_path"],
    ["JTAI-0-20250101", "JTAI", "Fictional joint inspection of Nowhere: Domestic abuse", "Fictional joint inspection of Nowhere", "Ofsted; Care Quality Commission", "Nowhere", "0", "E99999999", "Nowhere", "Domestic abuse", "", "", "2024-12-01", "2024-12-05", "2025-01-01", "2025-04-01", "14", "A fictional letter.\n\nIts second paragraph.", "https://example.org/letter", "Fictional licence", "fictional/source", "letters/0.pdf"],
    ["ILACS-0-20240101", "ILACS", "Fictional inspection of Nowhere", "Fictional inspection", "Ofsted", "Nowhere", "0", "E99999999", "Nowhere", "", "", "Good", "", "", "2024-01-01", "", "11", "A fictional report.", "", "Fictional licence", "fictional/source", "reports/0.pdf"],
    ["SIF-0-20170101", "SIF", "Fictional single inspection of Nowhere", "Fictional single inspection", "Ofsted", "Nowhere", "0", "E99999999", "Nowhere", "", "", "", "", "", "2017-01-01", "", "30", "", "", "Fictional licence", "fictional/source", "reports/1.pdf"],
    ["FOCUSED-0-20190101", "FOCUSED", "Fictional focused visit to Nowhere", "Fictional focused visit", "Ofsted", "Nowhere", "0", "E99999999", "Nowhere", "", "", "", "", "", "2019-01-01", "", "4", "", "", "Fictional licence", "fictional/source", "letters/1.pdf"],
]  # fmt: skip
_ITEM = ["item_id", "review_id", "kind", "seq", "section", "addressee", "page", "text"]
LONG = "In this fictional example people met. " * 30
OFSTED_FINDINGS = [
    _ITEM,
    ["JTAI-0-20250101-STR001", "JTAI-0-20250101", "strength", "1", "Key strengths", "", "3", "Fictional partners listened to the child."],
    ["JTAI-0-20250101-CAS001", "JTAI-0-20250101", "case_study_effective", "1", "Case study", "", "4", LONG],
    ["JTAI-0-20250101-CAS001", "JTAI-0-20250101", "case_study_improvement", "1", "Case study", "", "5", "A fictional child was not seen alone."],
    ["JTAI-0-20250101-STR002", "JTAI-9-20250101", "strength", "2", "Key strengths", "", "3", "Its letter is not here."],
]  # fmt: skip
OFSTED_RECOMMENDATIONS = [
    _ITEM,
    ["ILACS-0-20240101-REC001", "ILACS-0-20240101", "recommendation", "1", "What needs to improve?", "Nowhere local authority", "2", "How fictional managers support social workers."],
    ["SIF-0-20170101-REC001", "SIF-0-20170101", "recommendation", "1", "Recommendations", "Local Safeguarding Children Board", "8", "Ask the fictional child."],
    ["JTAI-0-20250101-ARE001", "JTAI-0-20250101", "area_for_improvement", "1", "What needs to improve?", "Nowhere local safeguarding partnership", "3", "Fictional partners’ grasp of risk."],
    ["ILACS-0-20240101-REC002", "ILACS-0-20240101", "recommendation", "2", "What needs to improve?", "", "2", LONG],
]  # fmt: skip
PFD_REPORTS = [
    ["report_id", "ref", "title", "date_of_report", "area", "coroner", "category", "age_at_death", "sex", "receiver", "investigation", "circumstances", "concerns", "research_tags", "source_dataset"],
    ["PFD-0000-0001", "0000-0001", "Prevention of future deaths report 0000-0001: Nowhere", "2023-01-01", "Nowhere", "A. Nobody", "Child Death (from 2015) | Suicide (from 2015) | Other related deaths", "15", "F", "Nobody", "", "Fictional circumstances.", "Fictional concerns.", "", "fictional"],
    ["PFD-0000-0002", "", "Prevention of future deaths report 0000-0002: Nowhere", "2022-01-01", "Nowhere", "A. Nobody", "Other related deaths", "0.75", "", "Nobody", "", "", "Fictional: the mother, Mrs Nobody, was told on 3 June 2020.", "", "fictional"],
]  # fmt: skip
ADOLESCENT_REPORTS = [
    ["report_id", "pfd_ref", "title", "date_of_report", "year_of_death", "number_of_deceased", "age", "sex", "coroner_name", "coroner_title", "coroner_area", "category", "this_report_is_being_sent_to", "no_recipients", "no_replies", "response_status", "location_death", "coroner_conclusion", "social_history", "medical_history"],
    ["ADOL-0000-0001", "0000-0001", "Prevention of future deaths report 0000-0001: Nowhere", "2024-01-01", "2022", "1", "16", "F", "A. Nobody", "", "Nowhere", "Child Death (from 2015)", "Nobody", "1", "0", "pending", "", "Narrative", "", ""],
]  # fmt: skip
ADOLESCENT_CONCERNS = [
    ["concern_id", "report_id", "seq", "concern"],
    ["ADOL-0000-0001-C01", "ADOL-0000-0001", "1", "lack of a fictional screening tool"],
]

#: In the order in which they build on each other: mapping, kind, name of the real file, the twin.
TWINS = [
    ("ofsted-reviews", "reviews", "ofsted_reviews", OFSTED_REVIEWS),
    ("ofsted-findings", "learning-points", "ofsted_findings", OFSTED_FINDINGS),
    ("ofsted-recommendations", "recommendations", "ofsted_recommendations", OFSTED_RECOMMENDATIONS),
    ("ofsted-areas-for-improvement", "learning-points", "ofsted_recommendations", OFSTED_RECOMMENDATIONS),
    ("pfd-child-reports", "reviews", "pfd_child_reports", PFD_REPORTS),
    ("adolescent-reports", "reviews", "adolescent_reports", ADOLESCENT_REPORTS),
    ("adolescent-concerns", "learning-points", "adolescent_concerns", ADOLESCENT_CONCERNS),
]
