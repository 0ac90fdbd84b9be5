from django.urls import path

from briefings import views

app_name = "briefings"
urlpatterns = [
    path("briefings/", views.briefing_list, name="list"),
    path("briefings/<slug:slug>/", views.briefing_detail, name="briefing"),
    path("help/", views.help_page, name="help"),
]
