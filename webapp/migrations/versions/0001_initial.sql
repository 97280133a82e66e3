-- The first schema: every table, index, constraint, sequence and trigger.

CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'table ' || TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION refuse_unbalanced_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM ledger_posting WHERE entry_id = NEW.entry_id) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'ledger entry ' || NEW.entry_id || ' is not balanced', ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TABLE account (
    id uuid NOT NULL,
    login text NOT NULL,
    display_name text NOT NULL,
    password_hash text,
    role text NOT NULL,
    locale text NOT NULL,
    timezone text NOT NULL,
    disabled boolean NOT NULL,
    demo boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_account_login_lower_case CHECK ((login = lower(login))),
    CONSTRAINT ck_account_role_known CHECK ((role = ANY (ARRAY['buyer'::text, 'seller'::text, 'agent'::text, 'senior'::text, 'operator'::text, 'analyst'::text])))
);

CREATE TABLE api_request (
    shop_id uuid NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status bigint,
    answer jsonb,
    at timestamp with time zone NOT NULL
);

CREATE TABLE cancellation_case (
    case_no text NOT NULL,
    order_id uuid NOT NULL,
    order_no text NOT NULL,
    shop_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    instance_id uuid,
    flow text NOT NULL,
    initiator text NOT NULL,
    initiated_by text NOT NULL,
    reason text NOT NULL,
    text text NOT NULL,
    photo_count bigint NOT NULL,
    order_state text NOT NULL,
    status text NOT NULL,
    outcome text,
    held boolean NOT NULL,
    amount bigint NOT NULL,
    refunded bigint NOT NULL,
    currency text NOT NULL,
    limits jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    decision text,
    decided_how text,
    decided_at timestamp with time zone,
    decided_by text,
    decided_by_name text,
    decision_basis text NOT NULL,
    refusal_code text,
    explanation text NOT NULL,
    closed_at timestamp with time zone,
    search_text text NOT NULL,
    idempotency_key text NOT NULL,
    request_hash text NOT NULL,
    CONSTRAINT ck_cancellation_case_amount_not_negative CHECK ((amount >= 0)),
    CONSTRAINT ck_cancellation_case_closed_with_outcome CHECK (((closed_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT ck_cancellation_case_flow_known CHECK ((flow = ANY (ARRAY['buyer'::text, 'logistics'::text, 'product'::text]))),
    CONSTRAINT ck_cancellation_case_initiator_known CHECK ((initiator = ANY (ARRAY['buyer'::text, 'seller'::text, 'system'::text]))),
    CONSTRAINT ck_cancellation_case_outcome_known CHECK ((outcome = ANY (ARRAY['refunded'::text, 'closed_unpaid'::text, 'ineligible'::text, 'refusal_accepted'::text, 'refusal_stood'::text, 'ruled_for_seller'::text, 'withdrawn'::text, 'return_lapsed'::text, 'return_rejected'::text, 'delivered_anyway'::text]))),
    CONSTRAINT ck_cancellation_case_status_known CHECK ((status = ANY (ARRAY['open'::text, 'awaiting_seller'::text, 'refused'::text, 'awaiting_return'::text, 'return_in_transit'::text, 'in_dispute'::text, 'intercepting'::text, 'refunding'::text, 'refunded'::text, 'closed'::text, 'withdrawn'::text])))
);

CREATE TABLE cancellation_offer (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    reason text NOT NULL,
    offered_at timestamp with time zone NOT NULL
);

CREATE TABLE case_event (
    id bigint NOT NULL,
    case_no text NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    params jsonb NOT NULL
);

ALTER TABLE case_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME case_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE case_line (
    id uuid NOT NULL,
    case_no text NOT NULL,
    order_line_id uuid NOT NULL,
    line_no bigint NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    open boolean NOT NULL,
    cancelled_unshipped bigint NOT NULL,
    cancelled_shipped bigint NOT NULL,
    CONSTRAINT ck_case_line_cancelled_within CHECK (((cancelled_unshipped >= 0) AND (cancelled_shipped >= 0) AND ((cancelled_unshipped + cancelled_shipped) <= quantity))),
    CONSTRAINT ck_case_line_quantity_positive CHECK ((quantity > 0))
);

CREATE SEQUENCE case_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE clock_offset (
    id bigint NOT NULL,
    seconds bigint NOT NULL
);

CREATE SEQUENCE clock_offset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE clock_offset_id_seq OWNED BY clock_offset.id;

CREATE TABLE command_record (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    command text NOT NULL,
    process_id text NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    reason text NOT NULL,
    changes jsonb NOT NULL
);

ALTER TABLE command_record ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME command_record_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE customer_order (
    id uuid NOT NULL,
    order_no text NOT NULL,
    shop_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    state text NOT NULL,
    content_hash text NOT NULL,
    currency text NOT NULL,
    freight bigint NOT NULL,
    freight_refunded bigint NOT NULL,
    discount bigint NOT NULL,
    total bigint NOT NULL,
    receiver jsonb NOT NULL,
    remark text NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    picking_at timestamp with time zone,
    promised_ship_by timestamp with time zone,
    promised_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    CONSTRAINT ck_customer_order_amounts_not_negative CHECK (((freight >= 0) AND (discount >= 0) AND (total >= 0))),
    CONSTRAINT ck_customer_order_freight_refunded_within CHECK (((freight_refunded >= 0) AND (freight_refunded <= freight))),
    CONSTRAINT ck_customer_order_state_known CHECK ((state = ANY (ARRAY['unpaid'::text, 'paid'::text, 'picking'::text, 'partly_shipped'::text, 'shipped'::text, 'delivered'::text, 'completed'::text, 'cancelled'::text])))
);

CREATE TABLE decision_release (
    decision_id text NOT NULL,
    deployment_id uuid NOT NULL
);

CREATE TABLE demo_load (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    orders_loaded boolean NOT NULL,
    cases_loaded bigint NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT ck_demo_load_only_one CHECK ((id = 1))
);

CREATE TABLE deployment (
    id uuid NOT NULL,
    digest text NOT NULL,
    deployed_at timestamp with time zone NOT NULL,
    deployed_by text NOT NULL,
    note text NOT NULL
);

COMMENT ON COLUMN deployment.digest IS 'SHA-256 of the bundle''s contents';

CREATE TABLE deployment_resource (
    deployment_id uuid NOT NULL,
    name text NOT NULL,
    content text NOT NULL
);

CREATE TABLE dispute (
    case_no text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    reason text NOT NULL
);

CREATE TABLE dispute_ruling (
    id uuid NOT NULL,
    case_no text NOT NULL,
    ruling text NOT NULL,
    reasons text NOT NULL,
    freight_payer text NOT NULL,
    ruled_at timestamp with time zone NOT NULL,
    ruled_by text NOT NULL,
    ruled_by_name text NOT NULL,
    idempotency_key text NOT NULL,
    CONSTRAINT ck_dispute_ruling_ruling_known CHECK ((ruling = ANY (ARRAY['buyer'::text, 'seller'::text])))
);

CREATE TABLE dispute_statement (
    id uuid NOT NULL,
    case_no text NOT NULL,
    side text NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    author_id text NOT NULL,
    author_name text NOT NULL,
    idempotency_key text NOT NULL,
    CONSTRAINT ck_dispute_statement_side_known CHECK ((side = ANY (ARRAY['buyer'::text, 'seller'::text])))
);

CREATE TABLE evidence (
    id uuid NOT NULL,
    case_no text NOT NULL,
    occasion text NOT NULL,
    side text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_by_name text NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    content_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    storage_key text NOT NULL,
    thumbnail_key text,
    erased_at timestamp with time zone,
    CONSTRAINT ck_evidence_kind_known CHECK ((kind = ANY (ARRAY['photo'::text, 'video'::text, 'document'::text]))),
    CONSTRAINT ck_evidence_side_known CHECK ((side = ANY (ARRAY['buyer'::text, 'seller'::text]))),
    CONSTRAINT ck_evidence_size_positive CHECK ((size > 0))
);

CREATE TABLE execution (
    instance_id uuid NOT NULL,
    version bigint NOT NULL,
    state bytea NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    version_suspended boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN execution.suspended IS 'by itself';

COMMENT ON COLUMN execution.version_suspended IS 'with all instances of its version';

CREATE TABLE fulfilment_hold (
    line_id uuid NOT NULL,
    case_no text NOT NULL,
    quantity bigint NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_fulfilment_hold_quantity_positive CHECK ((quantity > 0))
);

CREATE TABLE gateway_fault (
    id bigint NOT NULL,
    mode text NOT NULL,
    tender text,
    remaining bigint,
    delay_seconds bigint NOT NULL,
    failure_code text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_gateway_fault_counts_not_negative CHECK (((remaining >= 0) AND (delay_seconds >= 0))),
    CONSTRAINT ck_gateway_fault_mode_known CHECK ((mode = ANY (ARRAY['ok'::text, 'fail'::text, 'timeout'::text, 'timeout_after_success'::text, 'late'::text])))
);

ALTER TABLE gateway_fault ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gateway_fault_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE gateway_refund (
    refund_no text NOT NULL,
    payment_no text NOT NULL,
    tender text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    attempt_no bigint NOT NULL,
    status text NOT NULL,
    failure_code text NOT NULL,
    due_at timestamp with time zone,
    entry_id uuid,
    CONSTRAINT ck_gateway_refund_booked_when_succeeded CHECK (((status = 'succeeded'::text) = (entry_id IS NOT NULL))),
    CONSTRAINT ck_gateway_refund_status_known CHECK ((status = ANY (ARRAY['succeeded'::text, 'pending'::text, 'failed'::text])))
);

CREATE TABLE goods_return (
    return_no text NOT NULL,
    case_no text NOT NULL,
    address jsonb NOT NULL,
    carrier text NOT NULL,
    tracking_no text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    reopened_at timestamp with time zone,
    sent_at timestamp with time zone,
    inspected_at timestamp with time zone,
    accepted boolean,
    refusal_code text,
    explanation text NOT NULL,
    CONSTRAINT ck_goods_return_inspected_with_result CHECK (((inspected_at IS NULL) = (accepted IS NULL))),
    CONSTRAINT ck_goods_return_sent_with_number CHECK (((sent_at IS NULL) OR ((carrier <> ''::text) AND (tracking_no <> ''::text))))
);

CREATE TABLE history_event (
    id bigint NOT NULL,
    instance_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    process_id text,
    element_id text,
    element_name text,
    element_instance bigint,
    task_id uuid,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    data jsonb
);

COMMENT ON COLUMN history_event.task_id IS 'of the user task that ended here';

ALTER TABLE history_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME history_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE incident (
    id uuid NOT NULL,
    key text NOT NULL,
    instance_id uuid,
    business_key text NOT NULL,
    process_id text NOT NULL,
    element_id text,
    element_name text,
    kind text NOT NULL,
    message text NOT NULL,
    detail text NOT NULL,
    command jsonb NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by text
);

COMMENT ON COLUMN incident.key IS 'the same failure again counts up, it adds no second row';

COMMENT ON COLUMN incident.kind IS 'step, service or stalled';

COMMENT ON COLUMN incident.detail IS 'the traceback, for an engineer';

COMMENT ON COLUMN incident.command IS 'what to do again on a retry';

CREATE TABLE interception (
    shipment_id uuid NOT NULL,
    case_no text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    intercepted boolean,
    ended_at timestamp with time zone
);

CREATE TABLE ledger_account (
    code text NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    CONSTRAINT ck_ledger_account_kind_known CHECK ((kind = ANY (ARRAY['asset'::text, 'liability'::text, 'income'::text, 'expense'::text, 'equity'::text])))
);

CREATE TABLE ledger_entry (
    id uuid NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    memo text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE ledger_posting (
    entry_id uuid NOT NULL,
    "position" bigint NOT NULL,
    account_code text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_ledger_posting_amount_not_zero CHECK ((amount <> 0))
);

CREATE TABLE liability (
    id uuid NOT NULL,
    case_no text NOT NULL,
    shop_id uuid NOT NULL,
    reason text NOT NULL,
    fault text NOT NULL,
    freight_payer text NOT NULL,
    basis text NOT NULL,
    at timestamp with time zone NOT NULL,
    idempotency_key text NOT NULL,
    CONSTRAINT ck_liability_fault_known CHECK ((fault = ANY (ARRAY['nobody'::text, 'buyer'::text, 'seller'::text, 'carrier'::text, 'platform'::text])))
);

CREATE TABLE listing (
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    category text NOT NULL,
    description text NOT NULL,
    image text NOT NULL,
    custom_made boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE membership (
    account_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE message_subscription (
    instance_id uuid NOT NULL,
    element_instance bigint NOT NULL,
    element_id text NOT NULL,
    message text NOT NULL,
    business_key text NOT NULL
);

CREATE TABLE notification (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    template text NOT NULL,
    params jsonb NOT NULL,
    link text NOT NULL,
    dedup_key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone
);

CREATE TABLE order_line (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    line_no bigint NOT NULL,
    listing_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    title text NOT NULL,
    sku text NOT NULL,
    variant text NOT NULL,
    category text NOT NULL,
    image text NOT NULL,
    description text NOT NULL,
    custom_made boolean NOT NULL,
    unit_price bigint NOT NULL,
    quantity bigint NOT NULL,
    discount bigint NOT NULL,
    paid bigint NOT NULL,
    quantity_shipped bigint NOT NULL,
    quantity_cancelled bigint NOT NULL,
    quantity_cancelled_unshipped bigint NOT NULL,
    quantity_returned bigint NOT NULL,
    quantity_held bigint NOT NULL,
    refunded bigint NOT NULL,
    CONSTRAINT ck_order_line_cancelled_within CHECK (((quantity_cancelled >= 0) AND (quantity_cancelled <= quantity))),
    CONSTRAINT ck_order_line_discount_within CHECK (((discount >= 0) AND (discount <= (unit_price * quantity)))),
    CONSTRAINT ck_order_line_held_not_negative CHECK ((quantity_held >= 0)),
    CONSTRAINT ck_order_line_paid_adds_up CHECK ((paid = ((unit_price * quantity) - discount))),
    CONSTRAINT ck_order_line_quantity_positive CHECK ((quantity > 0)),
    CONSTRAINT ck_order_line_refunded_within CHECK (((refunded >= 0) AND (refunded <= paid))),
    CONSTRAINT ck_order_line_returned_within CHECK (((quantity_returned >= 0) AND (quantity_returned <= quantity_shipped))),
    CONSTRAINT ck_order_line_shipped_within CHECK (((quantity_shipped >= 0) AND ((quantity_shipped + quantity_cancelled_unshipped) <= quantity))),
    CONSTRAINT ck_order_line_unshipped_within CHECK (((quantity_cancelled_unshipped >= 0) AND (quantity_cancelled_unshipped <= quantity_cancelled)))
);

CREATE TABLE payment (
    id uuid NOT NULL,
    payment_no text NOT NULL,
    order_id uuid NOT NULL,
    tender text NOT NULL,
    reference text NOT NULL,
    currency text NOT NULL,
    captured bigint NOT NULL,
    refunded_pending bigint NOT NULL,
    refunded_succeeded bigint NOT NULL,
    captured_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_payment_captured_positive CHECK ((captured > 0)),
    CONSTRAINT ck_payment_never_refunded_beyond_captured CHECK (((refunded_pending >= 0) AND (refunded_succeeded >= 0) AND (captured >= (refunded_pending + refunded_succeeded))))
);

CREATE TABLE process_definition (
    id uuid NOT NULL,
    process_id text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    resource_name text NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    digest text NOT NULL,
    deployment_id uuid NOT NULL
);

COMMENT ON COLUMN process_definition.suspended IS 'no instance starts or steps';

COMMENT ON COLUMN process_definition.digest IS 'SHA-256 of the process and everything it calls';

CREATE TABLE process_instance (
    id uuid NOT NULL,
    process_id text NOT NULL,
    definition_id uuid NOT NULL,
    business_key text NOT NULL,
    status text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_by text NOT NULL,
    ended_at timestamp with time zone,
    variables jsonb
);

COMMENT ON COLUMN process_instance.status IS 'running, completed or cancelled';

COMMENT ON COLUMN process_instance.variables IS 'the final ones, when ended';

CREATE TABLE process_release (
    process_id text NOT NULL,
    definition_id uuid NOT NULL
);

CREATE TABLE refund (
    refund_no text NOT NULL,
    case_no text NOT NULL,
    order_id uuid NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    goods bigint NOT NULL,
    freight bigint NOT NULL,
    deducted bigint NOT NULL,
    freight_payer text NOT NULL,
    status text NOT NULL,
    explanation jsonb NOT NULL,
    prepared_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT ck_refund_adds_up CHECK ((amount = ((goods + freight) - deducted))),
    CONSTRAINT ck_refund_amounts_not_negative CHECK (((amount >= 0) AND (goods >= 0) AND (freight >= 0))),
    CONSTRAINT ck_refund_settled_when_succeeded CHECK (((status = 'succeeded'::text) = (settled_at IS NOT NULL))),
    CONSTRAINT ck_refund_status_known CHECK ((status = ANY (ARRAY['prepared'::text, 'pending'::text, 'succeeded'::text, 'failed'::text])))
);

CREATE TABLE refund_attempt (
    part_id uuid NOT NULL,
    attempt_no bigint NOT NULL,
    request jsonb NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    outcome text,
    response jsonb,
    answered_at timestamp with time zone,
    CONSTRAINT ck_refund_attempt_attempt_no_positive CHECK ((attempt_no > 0)),
    CONSTRAINT ck_refund_attempt_outcome_known CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'pending'::text, 'failed'::text, 'unknown'::text])))
);

CREATE TABLE refund_line (
    refund_no text NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL,
    done_before bigint NOT NULL,
    refunded_before bigint NOT NULL,
    amount bigint NOT NULL
);

CREATE SEQUENCE refund_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE refund_part (
    id uuid NOT NULL,
    refund_no text NOT NULL,
    "position" bigint NOT NULL,
    payment_id uuid NOT NULL,
    tender text NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    failure_code text NOT NULL,
    gateway_reference text NOT NULL,
    succeeded_at timestamp with time zone,
    CONSTRAINT ck_refund_part_amount_positive CHECK ((amount > 0)),
    CONSTRAINT ck_refund_part_status_known CHECK ((status = ANY (ARRAY['prepared'::text, 'pending'::text, 'succeeded'::text, 'failed'::text])))
);

CREATE SEQUENCE return_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE service_job (
    instance_id uuid NOT NULL,
    element_instance bigint NOT NULL,
    element_id text NOT NULL,
    name text NOT NULL,
    operation text NOT NULL,
    arguments jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    attempts bigint DEFAULT '0'::bigint NOT NULL,
    last_error text,
    suspended boolean DEFAULT false NOT NULL,
    held boolean DEFAULT false NOT NULL,
    outcome jsonb
);

COMMENT ON COLUMN service_job.held IS 'its turn came while it, or its instance, was suspended';

COMMENT ON COLUMN service_job.outcome IS 'came while the instance was suspended';

CREATE TABLE shipment (
    id uuid NOT NULL,
    shipment_no text NOT NULL,
    order_id uuid NOT NULL,
    direction text NOT NULL,
    case_no text,
    carrier text NOT NULL,
    tracking_no text NOT NULL,
    state text NOT NULL,
    shipped_at timestamp with time zone NOT NULL,
    promised_at timestamp with time zone,
    delivered_at timestamp with time zone,
    last_event_at timestamp with time zone,
    despite_hold boolean NOT NULL,
    CONSTRAINT ck_shipment_direction_known CHECK ((direction = ANY (ARRAY['outbound'::text, 'return'::text]))),
    CONSTRAINT ck_shipment_state_known CHECK ((state = ANY (ARRAY['created'::text, 'picked_up'::text, 'in_transit'::text, 'out_for_delivery'::text, 'damaged'::text, 'lost'::text, 'returned'::text, 'delivered'::text])))
);

CREATE TABLE shipment_line (
    shipment_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT ck_shipment_line_quantity_positive CHECK ((quantity > 0))
);

CREATE SEQUENCE shipment_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE shop (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    return_address jsonb NOT NULL,
    api_token_hash text,
    demo boolean NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE sign_in_failures (
    key text NOT NULL,
    failures bigint NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE stock_item (
    variant_id uuid NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL,
    quarantine bigint NOT NULL,
    inspect bigint NOT NULL,
    CONSTRAINT ck_stock_item_inspect_not_negative CHECK ((inspect >= 0)),
    CONSTRAINT ck_stock_item_on_hand_not_negative CHECK ((on_hand >= 0)),
    CONSTRAINT ck_stock_item_quarantine_not_negative CHECK ((quarantine >= 0)),
    CONSTRAINT ck_stock_item_reserved_not_negative CHECK ((reserved >= 0))
);

CREATE TABLE stock_movement (
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    kind text NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL,
    quarantine bigint NOT NULL,
    inspect bigint NOT NULL,
    reference text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE timer (
    instance_id uuid NOT NULL,
    element_instance bigint NOT NULL,
    kind text NOT NULL,
    element_id text NOT NULL,
    name text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    held boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN timer.kind IS 'event or retry';

COMMENT ON COLUMN timer.held IS 'its instance is suspended';

CREATE TABLE tracking_event (
    id uuid NOT NULL,
    shipment_id uuid NOT NULL,
    event_id text NOT NULL,
    event text NOT NULL,
    at timestamp with time zone NOT NULL,
    place text NOT NULL,
    note text NOT NULL,
    received_at timestamp with time zone NOT NULL
);

CREATE TABLE user_task (
    id uuid NOT NULL,
    instance_id uuid NOT NULL,
    element_instance bigint NOT NULL,
    process_id text NOT NULL,
    element_id text NOT NULL,
    name text NOT NULL,
    candidate_group text NOT NULL,
    business_key text NOT NULL,
    form_key text,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    due_element_id text,
    due_effect text
);

COMMENT ON COLUMN user_task.process_id IS 'the process that draws the task, called ones included';

COMMENT ON COLUMN user_task.due_at IS 'when the interrupting timer on it fires';

COMMENT ON COLUMN user_task.due_effect IS 'the name of that timer: what happens then';

CREATE TABLE variant (
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    listing_id uuid NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    price bigint NOT NULL,
    currency text NOT NULL,
    CONSTRAINT ck_variant_price_not_negative CHECK ((price >= 0))
);

CREATE TABLE worker_heartbeat (
    worker text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

COMMENT ON COLUMN worker_heartbeat.worker IS 'host and process id';

COMMENT ON COLUMN worker_heartbeat.seen_at IS 'by the database''s own clock';

ALTER TABLE ONLY clock_offset ALTER COLUMN id SET DEFAULT nextval('clock_offset_id_seq'::regclass);

ALTER TABLE ONLY account
    ADD CONSTRAINT pk_account PRIMARY KEY (id);

ALTER TABLE ONLY api_request
    ADD CONSTRAINT pk_api_request PRIMARY KEY (shop_id, key);

ALTER TABLE ONLY cancellation_case
    ADD CONSTRAINT pk_cancellation_case PRIMARY KEY (case_no);

ALTER TABLE ONLY cancellation_offer
    ADD CONSTRAINT pk_cancellation_offer PRIMARY KEY (id);

ALTER TABLE ONLY case_event
    ADD CONSTRAINT pk_case_event PRIMARY KEY (id);

ALTER TABLE ONLY case_line
    ADD CONSTRAINT pk_case_line PRIMARY KEY (id);

ALTER TABLE ONLY clock_offset
    ADD CONSTRAINT pk_clock_offset PRIMARY KEY (id);

ALTER TABLE ONLY command_record
    ADD CONSTRAINT pk_command_record PRIMARY KEY (id);

ALTER TABLE ONLY customer_order
    ADD CONSTRAINT pk_customer_order PRIMARY KEY (id);

ALTER TABLE ONLY decision_release
    ADD CONSTRAINT pk_decision_release PRIMARY KEY (decision_id);

ALTER TABLE ONLY demo_load
    ADD CONSTRAINT pk_demo_load PRIMARY KEY (id);

ALTER TABLE ONLY deployment
    ADD CONSTRAINT pk_deployment PRIMARY KEY (id);

ALTER TABLE ONLY deployment_resource
    ADD CONSTRAINT pk_deployment_resource PRIMARY KEY (deployment_id, name);

ALTER TABLE ONLY dispute
    ADD CONSTRAINT pk_dispute PRIMARY KEY (case_no);

ALTER TABLE ONLY dispute_ruling
    ADD CONSTRAINT pk_dispute_ruling PRIMARY KEY (id);

ALTER TABLE ONLY dispute_statement
    ADD CONSTRAINT pk_dispute_statement PRIMARY KEY (id);

ALTER TABLE ONLY evidence
    ADD CONSTRAINT pk_evidence PRIMARY KEY (id);

ALTER TABLE ONLY execution
    ADD CONSTRAINT pk_execution PRIMARY KEY (instance_id);

ALTER TABLE ONLY fulfilment_hold
    ADD CONSTRAINT pk_fulfilment_hold PRIMARY KEY (line_id, case_no);

ALTER TABLE ONLY gateway_fault
    ADD CONSTRAINT pk_gateway_fault PRIMARY KEY (id);

ALTER TABLE ONLY gateway_refund
    ADD CONSTRAINT pk_gateway_refund PRIMARY KEY (refund_no, payment_no);

ALTER TABLE ONLY goods_return
    ADD CONSTRAINT pk_goods_return PRIMARY KEY (return_no);

ALTER TABLE ONLY history_event
    ADD CONSTRAINT pk_history_event PRIMARY KEY (id);

ALTER TABLE ONLY incident
    ADD CONSTRAINT pk_incident PRIMARY KEY (id);

ALTER TABLE ONLY interception
    ADD CONSTRAINT pk_interception PRIMARY KEY (shipment_id, case_no);

ALTER TABLE ONLY ledger_account
    ADD CONSTRAINT pk_ledger_account PRIMARY KEY (code);

ALTER TABLE ONLY ledger_entry
    ADD CONSTRAINT pk_ledger_entry PRIMARY KEY (id);

ALTER TABLE ONLY ledger_posting
    ADD CONSTRAINT pk_ledger_posting PRIMARY KEY (entry_id, "position");

ALTER TABLE ONLY liability
    ADD CONSTRAINT pk_liability PRIMARY KEY (id);

ALTER TABLE ONLY listing
    ADD CONSTRAINT pk_listing PRIMARY KEY (id);

ALTER TABLE ONLY membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (account_id, shop_id);

ALTER TABLE ONLY message_subscription
    ADD CONSTRAINT pk_message_subscription PRIMARY KEY (instance_id, element_instance);

ALTER TABLE ONLY notification
    ADD CONSTRAINT pk_notification PRIMARY KEY (id);

ALTER TABLE ONLY order_line
    ADD CONSTRAINT pk_order_line PRIMARY KEY (id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT pk_payment PRIMARY KEY (id);

ALTER TABLE ONLY process_definition
    ADD CONSTRAINT pk_process_definition PRIMARY KEY (id);

ALTER TABLE ONLY process_instance
    ADD CONSTRAINT pk_process_instance PRIMARY KEY (id);

ALTER TABLE ONLY process_release
    ADD CONSTRAINT pk_process_release PRIMARY KEY (process_id);

ALTER TABLE ONLY refund
    ADD CONSTRAINT pk_refund PRIMARY KEY (refund_no);

ALTER TABLE ONLY refund_attempt
    ADD CONSTRAINT pk_refund_attempt PRIMARY KEY (part_id, attempt_no);

ALTER TABLE ONLY refund_line
    ADD CONSTRAINT pk_refund_line PRIMARY KEY (refund_no, order_line_id);

ALTER TABLE ONLY refund_part
    ADD CONSTRAINT pk_refund_part PRIMARY KEY (id);

ALTER TABLE ONLY service_job
    ADD CONSTRAINT pk_service_job PRIMARY KEY (instance_id, element_instance);

ALTER TABLE ONLY shipment
    ADD CONSTRAINT pk_shipment PRIMARY KEY (id);

ALTER TABLE ONLY shipment_line
    ADD CONSTRAINT pk_shipment_line PRIMARY KEY (shipment_id, order_line_id);

ALTER TABLE ONLY shop
    ADD CONSTRAINT pk_shop PRIMARY KEY (id);

ALTER TABLE ONLY sign_in_failures
    ADD CONSTRAINT pk_sign_in_failures PRIMARY KEY (key);

ALTER TABLE ONLY stock_item
    ADD CONSTRAINT pk_stock_item PRIMARY KEY (variant_id);

ALTER TABLE ONLY stock_movement
    ADD CONSTRAINT pk_stock_movement PRIMARY KEY (id);

ALTER TABLE ONLY timer
    ADD CONSTRAINT pk_timer PRIMARY KEY (instance_id, element_instance);

ALTER TABLE ONLY tracking_event
    ADD CONSTRAINT pk_tracking_event PRIMARY KEY (id);

ALTER TABLE ONLY user_task
    ADD CONSTRAINT pk_user_task PRIMARY KEY (id);

ALTER TABLE ONLY variant
    ADD CONSTRAINT pk_variant PRIMARY KEY (id);

ALTER TABLE ONLY worker_heartbeat
    ADD CONSTRAINT pk_worker_heartbeat PRIMARY KEY (worker);

ALTER TABLE ONLY account
    ADD CONSTRAINT uq_account_login UNIQUE (login);

ALTER TABLE ONLY cancellation_case
    ADD CONSTRAINT uq_cancellation_case_idempotency UNIQUE (initiated_by, idempotency_key);

ALTER TABLE ONLY cancellation_offer
    ADD CONSTRAINT uq_cancellation_offer_shipment_id_reason UNIQUE (shipment_id, reason);

ALTER TABLE ONLY case_line
    ADD CONSTRAINT uq_case_line_case_no_order_line_id UNIQUE (case_no, order_line_id);

ALTER TABLE ONLY customer_order
    ADD CONSTRAINT uq_customer_order_order_no UNIQUE (order_no);

ALTER TABLE ONLY deployment
    ADD CONSTRAINT uq_deployment_digest UNIQUE (digest);

ALTER TABLE ONLY dispute_ruling
    ADD CONSTRAINT uq_dispute_ruling_idempotency_key UNIQUE (idempotency_key);

ALTER TABLE ONLY dispute_statement
    ADD CONSTRAINT uq_dispute_statement_idempotency_key UNIQUE (idempotency_key);

ALTER TABLE ONLY evidence
    ADD CONSTRAINT uq_evidence_once UNIQUE (case_no, uploaded_by, sha256);

ALTER TABLE ONLY goods_return
    ADD CONSTRAINT uq_goods_return_case_no UNIQUE (case_no);

ALTER TABLE ONLY ledger_entry
    ADD CONSTRAINT uq_ledger_entry_reference UNIQUE (reference);

ALTER TABLE ONLY liability
    ADD CONSTRAINT uq_liability_idempotency_key UNIQUE (idempotency_key);

ALTER TABLE ONLY listing
    ADD CONSTRAINT uq_listing_shop_id_code UNIQUE (shop_id, code);

ALTER TABLE ONLY notification
    ADD CONSTRAINT uq_notification_dedup_key UNIQUE (dedup_key);

ALTER TABLE ONLY order_line
    ADD CONSTRAINT uq_order_line_order_id_line_no UNIQUE (order_id, line_no);

ALTER TABLE ONLY payment
    ADD CONSTRAINT uq_payment_order_id_tender_reference UNIQUE (order_id, tender, reference);

ALTER TABLE ONLY payment
    ADD CONSTRAINT uq_payment_payment_no UNIQUE (payment_no);

ALTER TABLE ONLY process_definition
    ADD CONSTRAINT uq_process_definition_process_id_version UNIQUE (process_id, version);

ALTER TABLE ONLY refund
    ADD CONSTRAINT uq_refund_case_no UNIQUE (case_no);

ALTER TABLE ONLY refund_part
    ADD CONSTRAINT uq_refund_part_refund_no_payment_id UNIQUE (refund_no, payment_id);

ALTER TABLE ONLY shipment
    ADD CONSTRAINT uq_shipment_order_id_carrier_tracking_no UNIQUE (order_id, carrier, tracking_no);

ALTER TABLE ONLY shipment
    ADD CONSTRAINT uq_shipment_shipment_no UNIQUE (shipment_no);

ALTER TABLE ONLY shop
    ADD CONSTRAINT uq_shop_api_token_hash UNIQUE (api_token_hash);

ALTER TABLE ONLY shop
    ADD CONSTRAINT uq_shop_slug UNIQUE (slug);

ALTER TABLE ONLY stock_movement
    ADD CONSTRAINT uq_stock_movement_reference UNIQUE (reference);

ALTER TABLE ONLY tracking_event
    ADD CONSTRAINT uq_tracking_event_shipment_id_event_id UNIQUE (shipment_id, event_id);

ALTER TABLE ONLY user_task
    ADD CONSTRAINT uq_user_task_instance_id_element_instance UNIQUE (instance_id, element_instance);

ALTER TABLE ONLY variant
    ADD CONSTRAINT uq_variant_shop_id_sku UNIQUE (shop_id, sku);

CREATE INDEX ix_api_request_at ON api_request USING btree (at);

CREATE INDEX ix_cancellation_case_buyer ON cancellation_case USING btree (buyer_id, opened_at, case_no);

CREATE INDEX ix_cancellation_case_order_id ON cancellation_case USING btree (order_id);

CREATE INDEX ix_cancellation_case_order_no ON cancellation_case USING btree (order_no);

CREATE INDEX ix_cancellation_case_shop ON cancellation_case USING btree (shop_id, opened_at, case_no);

CREATE INDEX ix_cancellation_case_shop_decided ON cancellation_case USING btree (shop_id, decided_at, case_no) WHERE (decided_at IS NOT NULL);

CREATE INDEX ix_cancellation_case_shop_open ON cancellation_case USING btree (shop_id, opened_at, case_no) WHERE (closed_at IS NULL);

CREATE INDEX ix_cancellation_offer_order_id ON cancellation_offer USING btree (order_id);

CREATE INDEX ix_case_event_case ON case_event USING btree (case_no, id);

CREATE INDEX ix_case_line_order_line_id ON case_line USING btree (order_line_id);

CREATE INDEX ix_command_record_process ON command_record USING btree (process_id, id);

CREATE INDEX ix_customer_order_buyer ON customer_order USING btree (buyer_id, placed_at, id);

CREATE INDEX ix_customer_order_buyer_state ON customer_order USING btree (buyer_id, state, placed_at, id);

CREATE INDEX ix_customer_order_shop ON customer_order USING btree (shop_id, placed_at, id);

CREATE INDEX ix_customer_order_shop_state ON customer_order USING btree (shop_id, state, placed_at, id);

CREATE INDEX ix_dispute_ruling_case ON dispute_ruling USING btree (case_no, ruled_at);

CREATE INDEX ix_dispute_statement_case ON dispute_statement USING btree (case_no, at);

CREATE INDEX ix_evidence_storage_key ON evidence USING btree (storage_key);

CREATE INDEX ix_fulfilment_hold_case_no ON fulfilment_hold USING btree (case_no);

CREATE INDEX ix_gateway_refund_payment_no ON gateway_refund USING btree (payment_no);

CREATE INDEX ix_history_event_instance ON history_event USING btree (instance_id, id);

CREATE INDEX ix_history_event_task ON history_event USING btree (task_id) WHERE (task_id IS NOT NULL);

CREATE INDEX ix_incident_instance ON incident USING btree (instance_id);

CREATE INDEX ix_incident_open ON incident USING btree (id) WHERE (resolved_at IS NULL);

CREATE INDEX ix_ledger_posting_account ON ledger_posting USING btree (account_code, entry_id);

CREATE INDEX ix_liability_case ON liability USING btree (case_no, at);

CREATE INDEX ix_liability_shop ON liability USING btree (shop_id, at);

CREATE INDEX ix_membership_shop_id ON membership USING btree (shop_id);

CREATE INDEX ix_message_subscription_match ON message_subscription USING btree (message, business_key);

CREATE INDEX ix_notification_account ON notification USING btree (account_id, created_at, id);

CREATE INDEX ix_notification_unread ON notification USING btree (account_id) WHERE (read_at IS NULL);

CREATE INDEX ix_process_instance_business_key ON process_instance USING btree (business_key);

CREATE INDEX ix_process_instance_listing ON process_instance USING btree (process_id, status, id);

CREATE INDEX ix_process_instance_started_at ON process_instance USING btree (started_at);

CREATE INDEX ix_process_instance_status ON process_instance USING btree (status, id);

CREATE INDEX ix_refund_line_order_line_id ON refund_line USING btree (order_line_id);

CREATE INDEX ix_refund_order_id ON refund USING btree (order_id);

CREATE INDEX ix_refund_part_payment_id ON refund_part USING btree (payment_id);

CREATE INDEX ix_shipment_case_no ON shipment USING btree (case_no);

CREATE INDEX ix_shipment_line_order_line_id ON shipment_line USING btree (order_line_id);

CREATE INDEX ix_shipment_tracking_no ON shipment USING btree (tracking_no);

CREATE INDEX ix_sign_in_failures_since ON sign_in_failures USING btree (since);

CREATE INDEX ix_stock_movement_variant_id ON stock_movement USING btree (variant_id);

CREATE INDEX ix_timer_due_at ON timer USING btree (due_at) WHERE (NOT held);

CREATE INDEX ix_user_task_business_key ON user_task USING btree (business_key);

CREATE INDEX ix_user_task_inbox ON user_task USING btree (candidate_group, due_at, id);

CREATE INDEX ix_variant_listing_id ON variant USING btree (listing_id);

CREATE UNIQUE INDEX uq_case_line_one_open_case ON case_line USING btree (order_line_id) WHERE open;

CREATE UNIQUE INDEX uq_incident_open_key ON incident USING btree (key) WHERE (resolved_at IS NULL);

CREATE TRIGGER case_event_append_only BEFORE DELETE OR UPDATE ON case_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER dispute_ruling_append_only BEFORE DELETE OR UPDATE ON dispute_ruling FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER dispute_statement_append_only BEFORE DELETE OR UPDATE ON dispute_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_entry_append_only BEFORE DELETE OR UPDATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_posting_append_only BEFORE DELETE OR UPDATE ON ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_entry();

CREATE TRIGGER liability_append_only BEFORE DELETE OR UPDATE ON liability FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER stock_movement_append_only BEFORE DELETE OR UPDATE ON stock_movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER tracking_event_append_only BEFORE DELETE OR UPDATE ON tracking_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE ONLY api_request
    ADD CONSTRAINT fk_api_request_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY cancellation_case
    ADD CONSTRAINT fk_cancellation_case_buyer_id_account FOREIGN KEY (buyer_id) REFERENCES account(id);

ALTER TABLE ONLY cancellation_case
    ADD CONSTRAINT fk_cancellation_case_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY cancellation_case
    ADD CONSTRAINT fk_cancellation_case_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY cancellation_offer
    ADD CONSTRAINT fk_cancellation_offer_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY cancellation_offer
    ADD CONSTRAINT fk_cancellation_offer_shipment_id_shipment FOREIGN KEY (shipment_id) REFERENCES shipment(id);

ALTER TABLE ONLY case_event
    ADD CONSTRAINT fk_case_event_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY case_line
    ADD CONSTRAINT fk_case_line_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY case_line
    ADD CONSTRAINT fk_case_line_order_line_id_order_line FOREIGN KEY (order_line_id) REFERENCES order_line(id);

ALTER TABLE ONLY customer_order
    ADD CONSTRAINT fk_customer_order_buyer_id_account FOREIGN KEY (buyer_id) REFERENCES account(id);

ALTER TABLE ONLY customer_order
    ADD CONSTRAINT fk_customer_order_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY decision_release
    ADD CONSTRAINT fk_decision_release_deployment_id_deployment FOREIGN KEY (deployment_id) REFERENCES deployment(id);

ALTER TABLE ONLY deployment_resource
    ADD CONSTRAINT fk_deployment_resource_deployment_id_deployment FOREIGN KEY (deployment_id) REFERENCES deployment(id);

ALTER TABLE ONLY dispute
    ADD CONSTRAINT fk_dispute_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY dispute_ruling
    ADD CONSTRAINT fk_dispute_ruling_case_no_dispute FOREIGN KEY (case_no) REFERENCES dispute(case_no);

ALTER TABLE ONLY dispute_statement
    ADD CONSTRAINT fk_dispute_statement_case_no_dispute FOREIGN KEY (case_no) REFERENCES dispute(case_no);

ALTER TABLE ONLY evidence
    ADD CONSTRAINT fk_evidence_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY execution
    ADD CONSTRAINT fk_execution_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance(id);

ALTER TABLE ONLY fulfilment_hold
    ADD CONSTRAINT fk_fulfilment_hold_line_id_order_line FOREIGN KEY (line_id) REFERENCES order_line(id);

ALTER TABLE ONLY gateway_refund
    ADD CONSTRAINT fk_gateway_refund_entry_id_ledger_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry(id);

ALTER TABLE ONLY goods_return
    ADD CONSTRAINT fk_goods_return_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY interception
    ADD CONSTRAINT fk_interception_shipment_id_shipment FOREIGN KEY (shipment_id) REFERENCES shipment(id);

ALTER TABLE ONLY ledger_posting
    ADD CONSTRAINT fk_ledger_posting_account_code_ledger_account FOREIGN KEY (account_code) REFERENCES ledger_account(code);

ALTER TABLE ONLY ledger_posting
    ADD CONSTRAINT fk_ledger_posting_entry_id_ledger_entry FOREIGN KEY (entry_id) REFERENCES ledger_entry(id);

ALTER TABLE ONLY liability
    ADD CONSTRAINT fk_liability_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY liability
    ADD CONSTRAINT fk_liability_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY listing
    ADD CONSTRAINT fk_listing_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY membership
    ADD CONSTRAINT fk_membership_account_id_account FOREIGN KEY (account_id) REFERENCES account(id);

ALTER TABLE ONLY membership
    ADD CONSTRAINT fk_membership_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);

ALTER TABLE ONLY message_subscription
    ADD CONSTRAINT fk_message_subscription_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance(id);

ALTER TABLE ONLY notification
    ADD CONSTRAINT fk_notification_account_id_account FOREIGN KEY (account_id) REFERENCES account(id);

ALTER TABLE ONLY order_line
    ADD CONSTRAINT fk_order_line_listing_id_listing FOREIGN KEY (listing_id) REFERENCES listing(id);

ALTER TABLE ONLY order_line
    ADD CONSTRAINT fk_order_line_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY order_line
    ADD CONSTRAINT fk_order_line_variant_id_variant FOREIGN KEY (variant_id) REFERENCES variant(id);

ALTER TABLE ONLY payment
    ADD CONSTRAINT fk_payment_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY process_definition
    ADD CONSTRAINT fk_process_definition_deployment_id_deployment FOREIGN KEY (deployment_id) REFERENCES deployment(id);

ALTER TABLE ONLY process_instance
    ADD CONSTRAINT fk_process_instance_definition_id_process_definition FOREIGN KEY (definition_id) REFERENCES process_definition(id);

ALTER TABLE ONLY process_release
    ADD CONSTRAINT fk_process_release_definition_id_process_definition FOREIGN KEY (definition_id) REFERENCES process_definition(id);

ALTER TABLE ONLY refund_attempt
    ADD CONSTRAINT fk_refund_attempt_part_id_refund_part FOREIGN KEY (part_id) REFERENCES refund_part(id);

ALTER TABLE ONLY refund
    ADD CONSTRAINT fk_refund_case_no_cancellation_case FOREIGN KEY (case_no) REFERENCES cancellation_case(case_no);

ALTER TABLE ONLY refund_line
    ADD CONSTRAINT fk_refund_line_order_line_id_order_line FOREIGN KEY (order_line_id) REFERENCES order_line(id);

ALTER TABLE ONLY refund_line
    ADD CONSTRAINT fk_refund_line_refund_no_refund FOREIGN KEY (refund_no) REFERENCES refund(refund_no);

ALTER TABLE ONLY refund
    ADD CONSTRAINT fk_refund_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY refund_part
    ADD CONSTRAINT fk_refund_part_payment_id_payment FOREIGN KEY (payment_id) REFERENCES payment(id);

ALTER TABLE ONLY refund_part
    ADD CONSTRAINT fk_refund_part_refund_no_refund FOREIGN KEY (refund_no) REFERENCES refund(refund_no);

ALTER TABLE ONLY service_job
    ADD CONSTRAINT fk_service_job_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance(id);

ALTER TABLE ONLY shipment_line
    ADD CONSTRAINT fk_shipment_line_order_line_id_order_line FOREIGN KEY (order_line_id) REFERENCES order_line(id);

ALTER TABLE ONLY shipment_line
    ADD CONSTRAINT fk_shipment_line_shipment_id_shipment FOREIGN KEY (shipment_id) REFERENCES shipment(id);

ALTER TABLE ONLY shipment
    ADD CONSTRAINT fk_shipment_order_id_customer_order FOREIGN KEY (order_id) REFERENCES customer_order(id);

ALTER TABLE ONLY stock_item
    ADD CONSTRAINT fk_stock_item_variant_id_variant FOREIGN KEY (variant_id) REFERENCES variant(id);

ALTER TABLE ONLY stock_movement
    ADD CONSTRAINT fk_stock_movement_variant_id_stock_item FOREIGN KEY (variant_id) REFERENCES stock_item(variant_id);

ALTER TABLE ONLY timer
    ADD CONSTRAINT fk_timer_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance(id);

ALTER TABLE ONLY tracking_event
    ADD CONSTRAINT fk_tracking_event_shipment_id_shipment FOREIGN KEY (shipment_id) REFERENCES shipment(id);

ALTER TABLE ONLY user_task
    ADD CONSTRAINT fk_user_task_instance_id_process_instance FOREIGN KEY (instance_id) REFERENCES process_instance(id);

ALTER TABLE ONLY variant
    ADD CONSTRAINT fk_variant_listing_id_listing FOREIGN KEY (listing_id) REFERENCES listing(id);

ALTER TABLE ONLY variant
    ADD CONSTRAINT fk_variant_shop_id_shop FOREIGN KEY (shop_id) REFERENCES shop(id);
