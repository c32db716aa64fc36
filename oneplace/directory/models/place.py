"""Where and when: places, the times a service is open there, and where each postcode lies."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from oneplace.directory.models.service import Service
from oneplace.kit.fields import IdField


class Location(models.Model):
    """A place where something happens, with where it lies (WGS84 degrees)."""

    id = IdField()
    source_code = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    access_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_code", "key"], name="directory_location_once")
        ]

    def __str__(self) -> str:
        return self.name or self.address


class ServiceAtLocation(models.Model):
    """That a service is offered at a place."""

    id = IdField()
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="services")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "location"], name="directory_once_at_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"service {self.service_id} at {self.location_id}"


class Schedule(models.Model):
    """When a service is open: days of the week, by hours, every so many weeks."""

    id = IdField()
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="times")
    # 0 Monday to 6 Sunday, as `date.weekday` says.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    # What the source says besides, such as "not in school holidays".
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["opens_at", "id"]

    def __str__(self) -> str:
        return f"times of service {self.service_id}"


class Postcode(models.Model):
    """Where a postcode, or the middle of a district, lies; from open geography a place provides."""

    # Without spaces, in capitals: a whole postcode, or a district (the part before the space).
    code = models.CharField(max_length=8, primary_key=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return self.code
