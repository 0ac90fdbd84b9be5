from django.urls import path

from publishing.signin import views

app_name = "signin"
urlpatterns = [
    path("login/", views.LogIn.as_view(), name="log-in"),
    path("logout/", views.log_out, name="log-out"),
    path("second-step/", views.second_step, name="second-step"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("second-factor/new/", views.new, name="new"),
    path("second-factor/codes/", views.codes, name="codes"),
    path("second-factor/off/", views.off, name="off"),
]
