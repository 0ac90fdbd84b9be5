from django.urls import path

from reviews import views

app_name = "reviews"
urlpatterns = [
    path("reviews/", views.review_list, name="list"),
    path("reviews/<slug:slug>/", views.review_detail, name="review"),
    path("sets/<slug:slug>/", views.set_detail, name="set"),
    path("learning/", views.learning_list, name="learning-list"),
    path("learning/<slug:code>/", views.learning_detail, name="learning-point"),
    path("recommendations/", views.recommendation_list, name="recommendation-list"),
    path("recommendations/<slug:code>/", views.recommendation_detail, name="recommendation"),
]
