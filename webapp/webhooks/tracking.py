"""Where carriers report tracking: signed with their feed's secret, in batches, in any order."""

from __future__ import annotations

import dataclasses

from flask import jsonify, request
from werkzeug.wrappers import Response

from engine.actors import Actor
from processes.shipping.feeds import check_signature, find_feed, secret_of
from processes.shipping.reporting import ParcelReport, take_reports
from processes.shipping.tracking import CarrierReport
from webapp.api.access import parse
from webapp.api.schemas import TrackingBatchIn
from webapp.context import now, tuidan
from webapp.webhooks import blueprint

SIGNATURE = "Tuidan-Signature"
LARGEST_BATCH = 512 * 1024


@blueprint.post("/tracking/<key>")
def tracking(key: str) -> Response:
    """Take a batch of tracking events, and say of each what became of it.

    One whose parcel isn't known is kept until it is: the shop may be late in recording it.

    Raises:
        FeedNotFound: There is no such feed, or it was closed.
        SignatureRefused: It isn't signed with the feed's secret, or too old.
        BodyInvalid: The body doesn't fit.
    """
    request.max_content_length = LARGEST_BATCH
    product, at = tuidan(), now()
    raw = request.get_data()
    with product.transaction() as session:
        feed = find_feed(session, key)
        actor = Actor(id=f"feed:{feed.key}", name=feed.name)
        carriers = tuple(feed.carriers)
    secret = secret_of(key, product.settings.secret_key)
    check_signature(request.headers.get(SIGNATURE, ""), secret, raw, now=at)
    reports = [
        ParcelReport(
            carrier=one.carrier,
            tracking_no=one.tracking_no,
            report=CarrierReport(
                event_id=one.event_id, event=one.event, at=one.at, place=one.place, note=one.note
            ),
        )
        for one in parse(TrackingBatchIn, raw).events
    ]
    taken = take_reports(product.transaction, product.engine, reports, carriers=carriers, actor=actor, now=at)
    return jsonify({"events": [dataclasses.asdict(one) for one in taken]})
