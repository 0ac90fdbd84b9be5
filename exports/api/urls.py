"""Addresses of the API: no language in front, no stroke at the end."""

from typing import Any

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from exports.api import views
from exports.api.resources import RESOURCES, Resource


def _view(base: type[views.Answer], resource: Resource) -> Any:
    made: Any = type(f"{resource.item}{base.__name__}", (base,), {"resource": resource})
    return made.as_view()


_lists = {name: _view(views.ListAnswer, one) for name, one in RESOURCES.items()}
_ones = {name: _view(views.OneAnswer, one) for name, one in RESOURCES.items()}

#: What the description describes: an address for each resource.
described: list[URLPattern] = [
    *(path(f"api/v1/{name}", view) for name, view in _lists.items()),
    *(path(f"api/v1/{name}/<str:key>", view) for name, view in _ones.items()),
]


@csrf_exempt
def list_view(request: Any, name: str) -> Any:
    return _lists[name](request)


@csrf_exempt
def one_view(request: Any, name: str, key: str) -> Any:
    return _ones[name](request, key=key)


_names = "|".join(RESOURCES)

app_name = "api"
urlpatterns = [
    path("v1/", views.Root.as_view(), name="root"),
    path("v1/openapi.json", views.OpenApi.as_view(), name="openapi"),
    re_path(f"^v1/(?P<name>{_names})$", list_view, name="list"),
    re_path(f"^v1/(?P<name>{_names})/(?P<key>[^/]+)$", one_view, name="one"),
    re_path("^(?P<rest>v1.*)$", views.Nothing.as_view(), name="nothing"),
]
