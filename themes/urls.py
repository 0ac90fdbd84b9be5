from django.urls import path

from themes import views

app_name = "themes"
urlpatterns = [
    path("themes/", views.theme_list, name="list"),
    path("themes/<slug:slug>/", views.theme_detail, name="theme"),
    path("sectors/", views.sector_list, name="sector-list"),
    path("sectors/<slug:slug>/", views.sector_detail, name="sector"),
    path("glossary/", views.glossary_page, name="glossary"),
    path("principles/", views.principles, name="principles"),
]
