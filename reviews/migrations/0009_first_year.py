from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import ExtractYear


def fill(apps, schema_editor):
    """As recount would, in one statement for each kind."""
    pieces = apps.get_model("reviews", "Evidence").objects.filter(review__status="published").order_by()
    for model, owner in (("LearningPoint", "learning_point"), ("Recommendation", "recommendation")):
        own = pieces.filter(**{owner: OuterRef("pk")}).values(owner)
        first = Subquery(own.annotate(first=Min("review__publication_date")).values("first"))
        apps.get_model("reviews", model).objects.update(first_year=ExtractYear(first))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_indexes_of_rare_keys")]
    operations = [
        *(
            migrations.AddField(
                model_name=name,
                name="first_year",
                field=models.PositiveSmallIntegerField(
                    editable=False, help_text="Of the earliest published review that it was learned from.", null=True
                ),
            )
            for name in ("learningpoint", "recommendation")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
