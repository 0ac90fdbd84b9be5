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

OFSTED_LETTERS = [
    ["review_id", "title", "full_text"],
    ["JTAI-0-20250101", "Fictional joint inspection of Nowhere: Domestic abuse", "## What fictional inspectors saw\n\nA fictional child was heard."],
    ["JTAI-9-20250101", "Fictional joint inspection of Elsewhere", "Its inspection is not here."],
]  # fmt: skip
PFD_INDEX = [
    ["report_id", "ref", "date_of_report", "date_as_published", "area", "category", "sent_to", "age", "sex", "research_tags", "is_child", "has_text"],
    ["PFD-0000-0001", "0000-0001", "2023-01-01", "01/01/2023", "Nowhere", "Child Death (from 2015)", "Fictional trust", "15", "F", "Fictional tag", "yes", "yes"],
    ["PFD-0000-0003", "0000-0003", "2021-01-01", "01/01/2021", "Nowhere", "Child Death (from 2015)", "", "7", "", "", "yes", "no"],
]  # fmt: skip
ADOLESCENT_ACTIONS = [
    ["action_id", "report_id", "organisation", "date_due", "received", "overdue_days", "seq", "action_taken"],
    ["ADOL-0000-0001-O1-00", "ADOL-0000-0001", "Fictional trust", "2024-06-28", "N", "", "0", ""],
    ["ADOL-0000-0001-O2-01", "ADOL-0000-0001", "Fictional council", "", "Y", "3", "1", "A fictional policy was written."],
]  # fmt: skip
LISTED = [
    ["heading_as_listed", "year", "date_as_listed", "publisher_or_area", "label", "record_type", "review_model", "keywords", "listed_at"],
    ["2025 – Nowhere – Child Nobody", "2025", "", "Nowhere", "Child Nobody", "serious case review", "", "neglect; fictional", "https://example.org/list"],
    ["Fictional learning from reviews", "2013", "2013", "Nobody", "Fictional learning from reviews", "briefing", "", "", "https://example.org/list"],
]  # fmt: skip
OTHER_THEMES = [
    ["scheme", "code", "label", "parent_code", "description"],
    ["ons_child_suicide_frame", "xx", "Fictional services", "", ""],
    ["ons_child_suicide_frame", "xx_fictional_waiting_times", "Fictional waiting times", "xx", "Waiting, in fiction."],
    ["finding_kind", "strength", "Strength", "", ""],
]
PFD_TAGS = [
    ["report_id", "theme_code"],
    ["PFD-0000-0001", "xx"],
    ["PFD-0000-0001", "xx_fictional_waiting_times"],
    ["PFD-0000-0002", "xx"],
]
AREAS_UK = [
    ["local-authority-code", "official-name", "nice-name", "gss-code", "start-date", "end-date", "replaced-by", "nation", "region", "local-authority-type", "local-authority-type-name", "county-la", "combined-authority", "alt-names", "former-gss-codes", "current-authority", "gov-uk-slug", "lower-or-unitary", "pop-2020"],
    ["NOW", "Nowhere City Council", "Nowhere", "E99999999", "", "", "", "England", "Nowhere at all", "UA", "Unitary authority", "", "", "Nowhere, City of,Nowhere on Sea", "", "True", "nowhere", "True", ""],
]  # fmt: skip
AREAS_OF_SERVICES = [
    ["urn", "la_code", "la_code_new", "local_authority_ons_name", "also_known_as", "region_name", "domain", "ltla23nm", "utla23nm"],
    ["0", "0", "E99999999", "Nowhere", "[Old Nowhere]", "Nowhere at all", "example.org", "Nowhere", "Nowhere"],
    ["1", "1", "E99999998", "Elsewhere", "", "Nowhere at all", "example.org", "Elsewhere", "Elsewhere"],
]  # fmt: skip
AREAS_OF_CORONERS = [["area", "reports"], ["Nowhere", "7"]]

#: In the order in which they build on each other: mapping, kind, name of the real file, the twin.
TWINS = [
    ("ofsted-reviews", "reviews", "ofsted_reviews", OFSTED_REVIEWS),
    ("ofsted-facts", "documents", "ofsted_reviews", OFSTED_REVIEWS),
    ("ofsted-full-text", "documents", "ofsted_full_text", OFSTED_LETTERS),
    ("ofsted-findings", "learning-points", "ofsted_findings", OFSTED_FINDINGS),
    ("ofsted-recommendations", "recommendations", "ofsted_recommendations", OFSTED_RECOMMENDATIONS),
    ("ofsted-areas-for-improvement", "learning-points", "ofsted_recommendations", OFSTED_RECOMMENDATIONS),
    ("pfd-child-reports", "reviews", "pfd_child_reports", PFD_REPORTS),
    ("pfd-child-index", "reviews", "pfd_child_index", PFD_INDEX),
    ("pfd-child-index-of-texts", "documents", "pfd_child_index", PFD_INDEX),
    ("adolescent-reports", "reviews", "adolescent_reports", ADOLESCENT_REPORTS),
    ("adolescent-concerns", "learning-points", "adolescent_concerns", ADOLESCENT_CONCERNS),
    ("adolescent-actions", "recommendations", "adolescent_actions", ADOLESCENT_ACTIONS),
    ("adolescent-actions-not-answered", "recommendations", "adolescent_actions", ADOLESCENT_ACTIONS),
    ("case-review-listing", "reviews", "case_review_listing_facts", LISTED),
    ("areas-uk", "areas", "areas_uk_local_authorities", AREAS_UK),
    ("areas-childrens-services", "areas", "areas_childrens_services_england", AREAS_OF_SERVICES),
    ("areas-coroner", "areas", "areas_coroner", AREAS_OF_CORONERS),
    ("themes-of-others", "themes", "themes", OTHER_THEMES),
    ("pfd-child-theme-tags", "reviews", "pfd_child_theme_tags", PFD_TAGS),
]
