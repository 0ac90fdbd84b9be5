"""Every route of the site. English addresses are bare, Welsh ones stand under /cy/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from config import views
from config.sitemaps import SITEMAPS
from exports.oai.views import oai

urlpatterns = [
    path("healthz/", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    # Browsers ask for it where a page names no icon: the admin, a file.
    path("favicon.ico", views.favicon, name="favicon"),
    # Before the admin's own, so that its address of the log-in is ours.
    path("admin/", include("publishing.signin.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("exports.api.urls")),
    path("oai", oai, name="oai"),
    path("data/", include("exports.data_urls")),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("about/", views.about, name="about"),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("privacy/", views.privacy, name="privacy"),
        path("cover-your-tracks/", views.cover_your_tracks, name="cover-your-tracks"),
        path("", include("publishing.urls")),
        path("", include("search.urls")),
        path("", include("themes.urls")),
        path("", include("reviews.urls")),
        path("", include("briefings.urls")),
        path("", include("exports.urls")),
        path("", include("alerts.urls")),
        prefix_default_language=False,
    ),
]

handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
