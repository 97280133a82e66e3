"""Wordings of refusals by their code; ``%(name)s`` stands for a parameter of the error."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "not_found": _l("There is no such thing here, or it isn't yours to see."),
    # People
    "people.sign_in_refused": _l("The name or the password is wrong, or the account is closed."),
    "people.too_many_attempts": _l("Too many failed sign-ins; try again in %(minutes)s minutes."),
    "people.wrong_role": _l("This page belongs to another role."),
    "people.login_taken": _l("Somebody already signs in as %(login)s."),
    "people.password_too_short": _l("A password needs %(minimum)s characters or more."),
    "people.account_not_found": _l("There is no such account."),
    # E-mail
    "email.address_invalid": _l("This is no e-mail address; write it like name@example.com."),
    "email.asked_just_now": _l(
        "A confirmation was sent less than a minute ago; look into the mailbox, or try again shortly."
    ),
    "email.confirmation_outdated": _l(
        "This confirmation is outdated: the address was changed since; use the newest one, or ask again."
    ),
    "email.token_refused": _l("This link is incomplete or older than three days; ask for a new one."),
    "email.not_your_letter": _l("This link was sent to somebody else; sign in as the one who asked for it."),
    "email.off": _l("This installation sends no e-mail; ask its operator to set TUIDAN_SMTP_URL."),
    "email.not_found": _l("There is no undelivered letter of that number; it may have been sent meanwhile."),
    # Erasure
    "privacy.not_found": _l("There is no such request, or it has been answered; look at the list again."),
    "privacy.asked_already": _l("This was asked for already; the answer comes to the same page."),
    "privacy.refusal_unexplained": _l("A refusal needs its reason, in words that the person reads."),
    # Calendars
    "calendar.day_not_closable": _l(
        "The shop can't be closed on %(day)s: choose a day %(notice)s days ahead or later."
    ),
    "calendar.too_many_closed_days": _l(
        "A shop can be closed on %(most)s days of a year beyond public holidays, and these are used up."
    ),
    "people.not_an_analyst": _l("Only an analyst gets a token to deploy with; %(login)s is none."),
    "people.deploy_token_refused": _l("The token is missing or belongs to no analyst."),
    # Shops
    "catalog.shop_not_found": _l("There is no such shop."),
    "catalog.token_refused": _l("The token is missing or belongs to no shop."),
    "catalog.category_unknown": _l("%(category)s is no category; choose one of %(known)s."),
    # Orders
    "order.not_found": _l("There is no such order, or it isn't yours."),
    "order.conflict": _l("Order number %(order_no)s belongs to another order."),
    "order.empty": _l("An order needs a line."),
    "order.discount_too_large": _l("A discount of %(discount)s is more than the goods cost (%(goods)s)."),
    "order.currency_mixed": _l("The order is in %(currency)s, not in %(other)s."),
    "order.payment_conflict": _l("Payment %(reference)s was recorded with another amount."),
    "order.payment_exceeds_total": _l(
        "The order costs %(total)s; %(captured)s of it is paid, so %(amount)s more is too much."
    ),
    "order.closed": _l("The order is closed (%(state)s)."),
    "order.units_exceeded": _l("Only %(available)s units of line %(line_no)s are left, not %(asked)s."),
    # Parcels
    "shipping.not_found": _l("There is no such shipment."),
    "shipping.conflict": _l("Parcel %(tracking_no)s of %(carrier)s was recorded with other contents."),
    "shipping.empty": _l("A shipment needs goods, and nothing of the order is left to ship."),
    "shipping.line_unknown": _l("The order has no line %(line_no)s."),
    "shipping.feed_not_found": _l("There is no such feed."),
    "shipping.parcel_unknown": _l("No order has the parcel %(tracking_no)s of %(carrier)s."),
    "shipping.offer_not_found": _l("There is no such offer, or it isn't yours."),
    "shipping.offer_lapsed": _l(
        "This offer stands no longer: the goods arrived, left or are in another request, or its time is up. "
        "You can still ask for a cancellation."
    ),
    "shipping.signature_refused": _l(
        "The report's signature is missing, wrong or too old; sign its time and body with the feed's secret."
    ),
    "shipping.interception_ended": _l(
        "What became of this parcel was settled at %(at)s; it can't be answered for again."
    ),
    "shipping.interception_answer_unknown": _l(
        "%(answer)s is no answer to the wish to stop a parcel; choose one of %(known)s."
    ),
    "shipping.too_many_kept": _l(
        "%(maximum)s events of yours wait for parcels that nobody has told of; tell of the parcels first."
    ),
    "shipping.event_unknown": _l("%(event)s is no tracking event; choose one of %(known)s."),
    "shipping.event_conflict": _l("Tracking event %(event_id)s was recorded with other contents."),
    # What-if
    "what_if.not_found": _l("There is no such trial; it was deleted, or has gone by itself after 90 days."),
    "what_if.of_another": _l(
        "Only %(name)s, who asked for this trial, can stop or delete it; it goes by itself after 90 days."
    ),
    "what_if.ended": _l("This trial has ended already; there is nothing to stop."),
    "decision.candidate_invalid": _l("The file isn't a decision table that can be tried: %(detail)s"),
    # Versions
    "definition.in_force": _l(
        "New instances start on version %(version)s: let them start on another version first."
    ),
    "definition.in_use": _l(
        "Instances still run on version %(version)s, or are being moved: let them end or move first."
    ),
    "definition.retired": _l("Version %(version)s was removed; deploy its files again to choose it."),
    # Migrations
    "migration.not_found": _l("There is no such migration."),
    "migration.ends_alike": _l("Choose two different versions of one process."),
    "migration.plan_invalid": _l("%(count)s lines of the plan can't be carried out; they are named below."),
    "migration.not_ready": _l("The migration has gone on meanwhile; reload its page to see where it stands."),
    "migration.nothing_to_move": _l("No instance can be moved by this plan: change it and check again."),
    # Cases
    "case.not_found": _l("There is no such cancellation, or it isn't yours."),
    "case.not_eligible": _l("This order can't be cancelled that way: %(text)s"),
    "case.line_already_in_case": _l(
        "Line %(line_no)s of the order is being cancelled already (case %(case_no)s)."
    ),
    "case.units_shipped": _l(
        "Of line %(line_no)s, %(available)s units haven't been shipped yet and %(asked)s were asked for:"
        " ask for those alone, and give a reason about the delivery or the goods for the others."
    ),
    "case.units_not_shipped": _l(
        "Of line %(line_no)s, %(available)s units have been shipped and %(asked)s were asked for:"
        " ask for those alone."
    ),
    "case.quantity_invalid": _l(
        "The number of units of line %(line_no)s doesn't fit; from 1 to %(available)s are possible."
    ),
    "case.lines_missing": _l("Choose at least one unit to cancel."),
    "case.line_unknown": _l("The order has no such line."),
    "case.reason_invalid": _l("Please choose one of the reasons."),
    "case.explanation_missing": _l(
        "This reason needs an explanation of %(minimum)s characters or more; there are %(given)s."
    ),
    "case.text_too_long": _l("The text has %(given)s characters; %(maximum)s are allowed."),
    "case.idempotency_conflict": _l(
        "This request was sent before with other contents; it became case %(case_no)s."
    ),
    "case.ended": _l("The case ended on %(at)s: %(outcome)s."),
    "case.not_withdrawable": _l("It is too late to withdraw: the case now stands at “%(status)s”."),
    "case.not_reopenable": _l("There is no lapsed return that could be opened again."),
    "case.refusal_incomplete": _l("A refusal needs a code and an explanation that the buyer can read."),
    "case.batch_too_large": _l("%(given)s tasks were chosen; %(maximum)s can be decided at once."),
    "return.not_found": _l("There is no such return."),
    "return.tracking_missing": _l("A return needs its carrier and its tracking number."),
    "return.nothing_to_give_back": _l("The shop has no goods of this case that it did not accept."),
    "return.carriage_invalid": _l(
        "Give what you paid for the carriage in %(currency)s, such as 12.00, and at most %(most)s; leave "
        "it empty if you paid nothing."
    ),
    "return.not_correctable": _l(
        "Carrier and number can't be corrected any more: the parcel was scanned, "
        "inspected, or corrected before."
    ),
    "return.not_resendable": _l("Nothing more can be sent back here; ask the platform to rule instead."),
    "return.findings_invalid": _l(
        "The counts of line %(line_no)s come to %(found)s; its %(expected)s units have to be accounted for."
    ),
    "return.findings_missing": _l("Count the units of each line: as they should be, or what is wrong."),
    "return.nothing_refused": _l("All units were counted as they should be: choose that all were received."),
    "return.inspection_not_awaited": _l("The case waits for no inspection of returned goods now."),
    "stock.not_found": _l("There is no such stock, or it isn't your shop's."),
    "stock.settlement_invalid": _l("%(units)s units can't be taken; %(available)s are there."),
    "stock.settlement_unexplained": _l(
        "Say why, in %(maximum)s characters at most: it is kept with the stock's books."
    ),
    "dispute.reasons_missing": _l("A ruling needs its reasons, for both sides to read."),
    "dispute.ruled_amount_invalid": _l(
        "The amount has to be above nothing, and %(maximum)s %(currency)s at most."
    ),
    "dispute.own_ruling": _l(
        "You gave the ruling that is appealed against; another senior agent has to rule on the appeal."
    ),
    "dispute.ruling_missing": _l("Nobody has ruled on the case yet."),
    "notification.not_found": _l("There is no such notification."),
    # Evidence
    "evidence.refused": _l("The evidence can't be taken."),
    "evidence.empty": _l("The file “%(name)s” is empty."),
    "evidence.type_refused": _l(
        "The content of “%(name)s” is no photo (JPEG, PNG, WebP), video (MP4, MOV, WebM) or PDF."
    ),
    "evidence.unreadable": _l("The photo “%(name)s” is damaged, or larger than %(megapixels)s megapixels."),
    "evidence.too_large": _l("The file “%(name)s” is larger than %(maximum)s MB."),
    "evidence.too_many": _l("%(given)s files of one kind (%(kind)s) were chosen; %(maximum)s can be sent."),
    "evidence.missing": _l("This reason needs %(minimum)s photos or more; there are %(given)s."),
    "evidence.proof_missing": _l(
        "A refusal for “%(refusal_code)s” needs a photo or a document that proves it."
    ),
    "evidence.unavailable": _l("The storage of evidence doesn't answer; try again in a minute."),
    "evidence.not_found": _l("There is no such evidence, or it isn't yours to see."),
    # Conversation
    "conversation.not_found": _l("There is no such conversation, or it isn't yours to read."),
    "conversation.empty": _l("Write something, or choose a file."),
    "conversation.too_long": _l("The message has %(given)s characters; %(maximum)s are allowed."),
    "conversation.too_many": _l("%(maximum)s messages of one side are enough for one case."),
    "conversation.ended": _l("Since %(at)s nothing more can be written here: the case ended before."),
    "conversation.key_reused": _l("This message was sent already, with other words."),
    # Ratings
    "rating.not_found": _l("There is no such rating."),
    "rating.stars_invalid": _l("Choose from 1 to 5 stars."),
    "rating.text_too_long": _l("The text has %(given)s characters; %(maximum)s are allowed."),
    "rating.not_asked": _l("This can't be rated: it hasn't ended, nobody handled it, or it ended long ago."),
    "rating.final": _l(
        "This rating can't be changed any more: 7 days have passed, or the shop has answered."
    ),
    "rating.words_missing": _l("Please write something: an answer or a reason needs words."),
    "rating.answered": _l("The shop answered this rating on %(at)s; one answer is all there is."),
    "rating.hidden": _l("The platform hid this rating on %(at)s."),
    # Offers
    "offer.refused": _l("This can't be offered."),
    "offer.kind_refused": _l("What has not been shipped can't be sent back or exchanged; offer an amount."),
    "offer.amount_invalid": _l("Offer an amount from %(least)s to %(most)s (%(currency)s)."),
    "offer.too_many": _l("%(maximum)s offers can be made in a case; agree or refuse now."),
    "offer.not_open": _l("There is no offer that waits for an answer."),
    "offer.exchange_not_agreed": _l("No exchange was agreed on in this case."),
    # Money
    "refund.not_found": _l("There is no such refund."),
    "refund.unsettled": _l(
        "Refund %(refund_no)s has not settled: the gateway still says %(status)s. "
        "Ask it again, or the tender."
    ),
    "refund.failed": _l(
        "Refund %(refund_no)s failed at %(tender)s with %(failure_code)s. Mend the cause, then try again."
    ),
    "gateway.timeout": _l(
        "The gateway gave no answer in time for %(refund_no)s: whether it refunded is unknown."
    ),
    "gateway.conflict": _l(
        "The gateway knows %(refund_no)s for %(payment_no)s with another amount or currency."
    ),
    "gateway.misconfigured": _l(
        "%(gateway)s can't be used (%(reason)s); correct its settings, then try again."
    ),
    "refund.payment_disputed": _l(
        "Payment %(payment_no)s is disputed at its bank (%(reference)s): a refund now could pay twice. "
        "Answer the bank, and retry when it has decided."
    ),
    "refund.chargeback_partial": _l(
        "Of %(amount)s to refund by payment %(payment_no)s the bank has given back %(taken)s. "
        "Refund the rest at the provider, then skip this step with that result."
    ),
    "gateway.notice_refused": _l("The notice isn't signed as it should be, or is too old."),
    "ledger.unbalanced": _l("The booking %(reference)s does not add up to nothing."),
    # Processes
    "task.not_found": _l("There is no such task for you."),
    "task.ended": _l("This was decided already: %(name)s ended on %(at)s by %(by)s."),
    "instance.not_found": _l("There is no such process instance."),
    "instance.ended": _l("The process instance has ended; nothing more can be done with it."),
    "instance.suspended": _l("The process instance is suspended; it goes on when an operator resumes it."),
    "process.no_plain_start": _l(
        "%(process_id)s starts by a message, a signal or the clock, and not by its name: send what it"
        " waits for."
    ),
    "definition.message_starts_other": _l(
        "The message %(message)s starts the process %(process_id)s already. Rename it in one of the two."
    ),
    "definition.suspended": _l(
        "Version %(version)s of process %(process_id)s is suspended; no instance starts on it."
    ),
    "definition.already_released": _l(
        "New instances start on version %(version)s of process %(process_id)s already."
    ),
    "command.reason_missing": _l(
        "Say why, in %(maximum)s characters at most: the reason is kept in the record."
    ),
    "command.already_suspended": _l("This is suspended already."),
    "command.not_suspended": _l("This isn't suspended."),
    "job.not_found": _l("There is no such call that waits to be made."),
    "instance.changed_meanwhile": _l(
        "The instance has moved on since you looked: %(by)s was faster, on %(at)s. "
        "Look again before you decide."
    ),
    "command.would_stall": _l("The instance would wait for nothing afterwards, though it hasn't ended."),
    "command.would_fail": _l("It would fail at “%(name)s”: %(why)s"),
    "restart.restarted_already": _l(
        "The instance was restarted already, and the new one still runs; look at it, or cancel it first."
    ),
    "restart.still_running": _l(
        "The instance is still running; change its tokens instead, or cancel it first."
    ),
    "send.payload_invalid": _l('What is sent along is a JSON object, such as {"ok": true}.'),
    "send.nobody_waits": _l("No instance waits for %(name)s now; nothing was sent."),
    "kept.not_found": _l("This message isn't kept any more: somebody took it, or it was discarded."),
    "kept.key_invalid": _l("A business key has from 1 to %(maximum)s characters."),
    "ad_hoc.not_found": _l("There is no such open ad-hoc subprocess, or it isn't yours."),
    "ad_hoc.not_enabled": _l("“%(activity)s” can't be started now; look again at what is offered."),
    "retries.nothing_to_retry": _l("No open incident matches; there is nothing to retry."),
    "retries.not_found": _l("There are no such retries."),
    "retries.ended": _l("These retries have ended already; there is nothing to stop."),
    "skip.not_skippable": _l(
        "Nothing can be given in place of what failed here; mend the cause and retry. "
        "If it failed before the last update, retry it once: then it says more."
    ),
    "skip.nothing_failed": _l("No element has failed: the instance waits for nothing. Change its tokens."),
    "skip.state_not_read": _l(
        "The instance can't be read, so nothing can be put in; deploy the release that wrote it, and retry."
    ),
    "skip.looked_at_again": _l(
        "The condition is computed again at each step; change the variables that it reads, and retry."
    ),
    "skip.event_not_armed": _l(
        "What the event is given can't be computed; change the variables that it reads, and retry."
    ),
    "skip.answer_invalid": _l("What is given in place of it doesn't fit: %(why)s."),
    "skip.not_reached": _l(
        "The instance goes another way now and doesn't come to what had failed; retry it instead."
    ),
    "skip.result_invalid": _l(
        'The result of an operation is a JSON object, such as {"ok": true}; it lands in %(variable)s.'
    ),
    "skip.call_gone": _l("Nothing waits for this call any more."),
    "variables.invalid": _l("The variable “%(name)s” can't be that: %(why)s."),
    "variables.too_large": _l("Together the new values have more than %(maximum)s KB."),
    "variables.nothing_to_change": _l("The variables are that already; there is nothing to change."),
    "tokens.no_changes": _l("Say what to move, add or cancel: from 1 to %(maximum)s changes."),
    "tokens.gone": _l(
        "There is no token %(element_instance)s in this instance any more; look where it stands now."
    ),
    "tokens.element_unknown": _l("The instance's version has no element %(element_id)s in %(process_id)s."),
    "tokens.enters_boundary_event": _l(
        "“%(name)s” is attached to an activity and reached only from there; "
        "enter the activity or what follows."
    ),
    "tokens.enters_start_event": _l(
        "“%(name)s” starts a process when something happens; enter the element behind it."
    ),
    "tokens.enters_join": _l(
        "“%(name)s” waits for a token on each of its flows; enter an element before it or behind it."
    ),
    "tokens.enters_unconnected": _l("No flow leads to “%(name)s”, so it can't be entered by hand."),
    "tokens.enters_repeated": _l(
        "“%(name)s” is inside an activity that runs several times; enter that activity as a whole."
    ),
    "tokens.scope_ambiguous": _l(
        "%(process_id)s runs in %(count)s places; it isn't clear which is meant. Move a token that is in it."
    ),
    "tokens.cancels_attached": _l(
        "“%(name)s” belongs to the activity that it is attached to; cancel that activity."
    ),
    "tokens.cancels_repeated": _l(
        "“%(name)s” is one of several runs of an activity, all of which must end; cancel the whole activity."
    ),
    "tokens.leaves_nothing": _l("No token would be left. To end the instance, cancel it."),
    "tokens.leaves_join_waiting": _l(
        "“%(name)s” would wait for ever: no token is left that could reach it on each of its flows."
    ),
    "incident.not_found": _l("There is no such open incident."),
    "step.lost_race": _l("Somebody else was faster; look again before you decide."),
    "step.failed": _l("This could not be carried out and nothing has changed; an operator has been told."),
    "instance.unreadable": _l(
        "The saved state can't be read by this release; nothing has changed, and an operator has been told."
    ),
    "process.unknown": _l("There is no deployed process %(process_id)s."),
    "decision.unknown": _l("There is no deployed decision table %(decision_id)s."),
    "form.unreadable": _l("The form can't be read: %(reason)s."),
    "form.invalid": _l("Some fields are not filled in correctly."),
    "deployment.refused": _l("The bundle has errors; nothing was deployed. Mend them and deploy again."),
    "deployment.empty": _l("There is no BPMN file in the bundle; name at least one."),
    "deployment.file_unknown": _l("There is no such file in this deployment."),
    "clock.move_invalid": _l("The demo clock can only be moved forward, by ten years at most."),
    "clock.no_demo_clock": _l("There is no demo clock here: production runs by the real one."),
    # The HTTP API and imports
    "import.refused": _l("The file has %(count)s problems; nothing of it was imported."),
    "api.not_authorized": _l("Send the shop's token in the header Authorization: Bearer …."),
    "api.analyst_not_authorized": _l(
        "Send an analyst's token in the header Authorization: Bearer …; a shop's isn't enough."
    ),
    "api.idempotency_key_missing": _l(
        "A request that changes something needs the header Idempotency-Key: 1 to 200 visible characters."
    ),
    "api.idempotency_key_reused": _l("This idempotency key was used for another request."),
    "api.body_not_json": _l("The body has to be JSON, sent as application/json."),
    "api.body_invalid": _l("The body doesn't fit; each field that doesn't is named."),
    "api.query_invalid": _l("The query parameter %(name)s can't be %(value)s."),
    "api.content_not_base64": _l("The file's content has to be base64."),
    "api.task_not_awaited": _l("The case doesn't wait for that now."),
    "api.dispute_not_found": _l("The case never came before the platform."),
    "api.decision_not_awaited": _l("The case waits for no decision of the shop now."),
}

ADVICE: dict[str, LazyString] = {
    "people.too_many_attempts": _l("Wait, or ask an administrator to set a new password."),
    "people.wrong_role": _l("Sign out and sign in with the account that has this role."),
    "case.not_found": _l("Check the number, or look for it in your list."),
    "case.not_eligible": _l("Choose another reason, or ask the shop. Nothing has been changed."),
    "case.line_already_in_case": _l("Follow the cancellation that is under way. Nothing has been changed."),
    "case.idempotency_conflict": _l("Look at the case that was opened before you ask for another."),
    "conversation.empty": _l("Nothing was sent."),
    "conversation.too_long": _l("Shorten it, or send it as two messages. Nothing was sent."),
    "conversation.too_many": _l("Ask the platform to decide if you can't agree."),
    "conversation.ended": _l("You can still read it. Nothing was sent."),
    "conversation.key_reused": _l("Look at the messages above; send the new words once more."),
    "instance.unreadable": _l(
        "Come back later: an operator has to put back the release that saved it, or a newer one."
    ),
    "shipping.interception_ended": _l("Open the case to see how it goes on. Nothing has been changed."),
    "task.ended": _l("Open the case to see how it goes on. Nothing has been changed."),
    "order.not_found": _l("Check the order number, or look for it in your orders."),
}
