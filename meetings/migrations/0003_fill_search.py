from django.db import migrations


def fill(apps, schema_editor) -> None:
    """Meetings from before the column existed can be searched too."""
    meetings = apps.get_model("meetings", "Meeting").objects
    for meeting in meetings.only("title", "description", "code", "participants").iterator(500):
        people = (part for person in meeting.participants for part in person.values())
        text = "\n".join([meeting.title, meeting.description, meeting.code, *people]).casefold()
        meetings.filter(pk=meeting.pk).update(searchable=text)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_search_in_participants")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
