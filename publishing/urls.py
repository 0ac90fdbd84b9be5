from django.urls import path

from publishing import views

app_name = "publishing"
urlpatterns = [path("preview/", views.shared_preview, name="preview")]
