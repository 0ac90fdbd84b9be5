from django.urls import path

from alerts import views

app_name = "alerts"
urlpatterns = [
    path("alerts/", views.index, name="index"),
    path("alerts/follow/<slug:kind>/", views.follow, name="follow"),
    path("alerts/link/", views.link, name="link"),
    path("alerts/done/<slug:what>/", views.done, name="done"),
    path("alerts/confirm/", views.confirm, name="confirm"),
    path("alerts/manage/", views.manage, name="manage"),
    path("alerts/end/", views.end, name="end"),
]
