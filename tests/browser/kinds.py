"""One address of every kind of page that a reader can meet, for tests that hold for all of them."""

KINDS = {
    "home": "/",
    "search, nothing asked": "/search/",
    "search, found": "/search/?q=children",
    "search, not found": "/search/?q=xyzzy",
    "briefings": "/briefings/",
    "briefing on a topic": "/briefings/nspcc-domestic-abuse/",
    "briefing for a sector": "/briefings/nspcc-police/",
    "briefing of the Panel": "/briefings/panel-domestic-abuse/",
    "briefing, the longest": "/briefings/nine-joint-inspections-domestic-abuse/",
    "reviews": "/reviews/",
    "reviews, filtered": "/reviews/?nation=england&theme=post-separation-contact&from=2010",
    "reviews, none found": "/reviews/?nation=wales&from=never&severity=9",
    "review": "/reviews/norfolk-2025/",
    "review, unnamed": "/reviews/unnamed-review-contact-visit/",
    "set of reviews": "/sets/panel-domestic-abuse-reviews/",
    "learning points": "/learning/",
    "learning points, page 2": "/learning/?page=2",
    "learning point": "/learning/LP-0300/",
    "learning point from a set": "/learning/LP-0004/",
    "recommendations": "/recommendations/",
    "recommendation": "/recommendations/REC-0001/",
    "themes": "/themes/",
    "theme": "/themes/post-separation-contact/",
    "theme without a review": "/themes/gender-perceptions/",
    "roles": "/sectors/",
    "role": "/sectors/police/",
    "principles": "/principles/",
    "glossary": "/glossary/",
    "help": "/help/",
    "cover your tracks": "/cover-your-tracks/",
    "about": "/about/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "home, in Welsh": "/cy/",
    "briefing, in Welsh": "/cy/briefings/nspcc-police/",
    "reviews, in Welsh": "/cy/reviews/",
    "theme, in Welsh": "/cy/themes/post-separation-contact/",
    "withdrawn": "/reviews/withdrawn-sample/",
    "not found": "/no-such-page/",
}
#: Kinds that do not answer 200, and the paths at which the console may say so.
STATUS = {"withdrawn": 410, "not found": 404}
EXPECTED = {KINDS[kind] for kind in STATUS} | {"/favicon.ico"}  # what a browser asks for beside robots.txt
#: Kinds that differ from another one in length alone: measured and parsed, not looked at by axe again.
LONGER = {"briefing, the longest", "briefing of the Panel", "learning points, page 2"}
