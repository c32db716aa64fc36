"""Reads FHIR R4: bundles and single resources into plans, faults and rows of the record.

Everything here is pure: bytes in, frozen values out. `bundles.plan_bundle` reads one bundle into a
`plans.Plan` (`exact` finds where each resource stands in the bytes, `checking` holds it to R4,
`referring` looks at what runs between entries), `meaning.rows_of` says what its resources mean,
`outcome` writes the answers; `reader` does both for what was received.

**What a resource of a file costs.** On a borough of 20,000 people (1.1 kB a resource; two in five
are patients, half of those unchanged since they were last sent), while others used the machine:
about 150 microseconds of processor, a reader and its PostgreSQL together. Of these, about 25 read
the bytes exactly and hold them to the tables of R4, 10 plan, 10 decide ids and numbers, 33 say what
it means, 16 make its line with id and hash, 12 send it, 8 receive the file and 32 are PostgreSQL's,
a third of that for the index of resources. No step is a quarter of it, so none alone can halve it.

Taken: what stands is asked for and only new versions are copied, without a staging table
(`feeds.verbs.indexing`; 40 to 32 in PostgreSQL); small tuples are made at once; a number's check
digit is worked out once; of a patient or agent said again by the same bytes what the line says and
its hash are not made anew (`Lasting`; 22 to 5 for its line); that an extension has one value only
is asked where it has members enough for two (11 to 8 for a patient against the tables); what
stands is held and looked at by one statement.

Left: reading a resource member by member, each different one once, as tables are read by columns.
The steps that would fall away are in C and Rust: to parse an encounter, write it back and hold it
to the tables takes 5.5, and only to part its bytes into its ten members and look each up takes 3.6,
before a new one is read or anything put together. Keeping parsed patients by their bytes, for most
come again weeks later and a process would have to hold all of them (reckoned a tenth of the time,
for hundreds of megabytes); leaving out the foreign keys of numbers, whose whole copying is a
twentieth of PostgreSQL's part; checking fewer resources or fewer of their elements, which is no
speed at all. Nearly half of the time is Python spread thinly over a hundred functions; a third is
the way to PostgreSQL and its work, in which no function takes a twentieth. 25,000 a second on two
cores leave 80 microseconds for a resource, so that no lever named here reaches them.
"""
