"""A stand-in of WeChat Pay's refunds: it verifies, signs and encrypts as WeChat Pay does."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from processes.money.wechat.gateway import Merchant
from tests.standins.notifying import Letter, Write

PATH = "/v3/refund/domestic/refunds"
_PARTS = re.compile(r'(\w+)="([^"]*)"')
_numbers = itertools.count(50_000_000_001)


class WechatStandin:
    """WeChat Pay with one merchant.

    Attributes:
        url: Where it listens.
        merchant: The merchant's settings.
        payments: What each transaction came to.
        refunds: By the merchant's refund number.
        next_status: What the next refunds become, in order; ``SUCCESS`` after that.
        refuse_next: Status and code of a refusal of the next refund.
        overdraws: It lets more be refunded than was paid, so that nobody but us prevents it.
        sign: Whether answers are signed as they should be.
    """

    def __init__(self, *, overdraws: bool = False) -> None:
        self._own, self._merchants = _key(), _key()
        self.payments: dict[str, int] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.next_status: list[str] = []
        self.refuse_next: tuple[int, str] | None = None
        self.overdraws = overdraws
        self.sign = True
        self._news: list[Write] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.merchant = Merchant(
            merchant_id="1900000001",
            app_id="wx0000000000000001",
            serial_no="444F4864EA9B34415",
            private_key=self._merchants.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            .decode()
            .strip(),
            api_v3_key=secrets.token_hex(16),
            public_key=self._own.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
            .strip(),
            public_key_id="PUB_KEY_ID_0000000001",
            notify_url="https://shop.example.org/webhooks/wechatpay",
        )

    @contextmanager
    def running(self) -> Iterator[WechatStandin]:
        """Listen until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def pay(self, total: int) -> str:
        """Take a payment; its transaction number."""
        transaction = f"42000000{next(_numbers)}"
        self.payments[transaction] = total
        return transaction

    def refunded(self, transaction: str) -> int:
        """What has really gone back of a payment."""
        return sum(
            one["amount"]["refund"]
            for one in self.refunds.values()
            if one["transaction_id"] == transaction and one["status"] == "SUCCESS"
        )

    def becomes(self, number: str, status: str) -> None:
        """A refund comes to a state, of which the merchant is told."""
        self.refunds[number]["status"] = status
        self.tell(number)

    def tell(self, number: str, *, status: str = "") -> None:
        """Have the merchant told how a refund stands, or something else; nobody is told of what goes on."""
        said = status or self.refunds[number]["status"]
        if said == "PROCESSING":
            return
        body = self._notice(number, said)
        self._news.append(lambda: (self._signed(body), body))

    def news(self) -> Iterator[Write]:
        """What it has to tell since it was last asked, in the order in which it happened."""
        told, self._news = self._news, []
        return iter(told)

    def notification(self, number: str, *, status: str = "", at: float | None = None) -> Letter:
        """Headers and body of what it tells the merchant of a refund, as it stands or as it is to stand."""
        body = self._notice(number, status or self.refunds[number]["status"])
        return self._signed(body, at), body

    def _notice(self, number: str, status: str) -> bytes:
        refund = self.refunds[number]
        content = {
            "mchid": self.merchant.merchant_id,
            "out_refund_no": number,
            "transaction_id": refund["transaction_id"],
            "refund_id": refund["refund_id"],
            "refund_status": status,
            "amount": {name: refund["amount"][name] for name in ("total", "refund")},
        }
        nonce = secrets.token_hex(6)
        sealed = AESGCM(self.merchant.api_v3_key.encode()).encrypt(
            nonce.encode(), json.dumps(content).encode(), b"refund"
        )
        return json.dumps(
            {
                "id": f"EV-{secrets.token_hex(8)}",
                "create_time": dt.datetime.now(dt.UTC).isoformat(),
                "resource_type": "encrypt-resource",
                "event_type": f"REFUND.{status}",
                "resource": {
                    "original_type": "refund",
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": base64.b64encode(sealed).decode(),
                    "associated_data": "refund",
                    "nonce": nonce,
                },
            }
        ).encode()

    def respond(self, method: str, path: str, authorization: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Answer a request of the merchant's."""
        if not self._is_signed(method, path, authorization, body):
            return 401, {"code": "SIGN_ERROR", "message": "wrong signature"}
        if method == "GET":
            found = self.refunds.get(path.removeprefix(f"{PATH}/"))
            return (200, found) if found else (404, {"code": "RESOURCE_NOT_EXISTS", "message": "no refund"})
        with self._lock:
            return self._refund(json.loads(body))

    def _refund(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        number, transaction, amount = asked["out_refund_no"], asked["transaction_id"], asked["amount"]
        known = self.refunds.get(number)
        if known is not None:
            same = known["amount"] == amount and known["transaction_id"] == transaction
            return (200, known) if same else (400, {"code": "INVALID_REQUEST", "message": "another amount"})
        if self.refuse_next is not None:
            (status, code), self.refuse_next = self.refuse_next, None
            return status, {"code": code, "message": "refused"}
        if transaction not in self.payments:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "no payment"}
        taken = sum(
            one["amount"]["refund"]
            for one in self.refunds.values()
            if one["transaction_id"] == transaction and one["status"] != "CLOSED"
        )
        total = self.payments[transaction]
        if amount["total"] != total or (taken + amount["refund"] > total and not self.overdraws):
            return 400, {"code": "INVALID_REQUEST", "message": "more than was paid"}
        self.refunds[number] = {
            "refund_id": f"5030000{next(_numbers)}",
            "out_refund_no": number,
            "transaction_id": transaction,
            "status": self.next_status.pop(0) if self.next_status else "SUCCESS",
            "amount": amount,
        }
        self.tell(number)
        return 200, self.refunds[number]

    def _is_signed(self, method: str, path: str, authorization: str, body: bytes) -> bool:
        kind, _, rest = authorization.partition(" ")
        said = dict(_PARTS.findall(rest))
        message = f"{method}\n{path}\n{said.get('timestamp')}\n{said.get('nonce_str')}\n{body.decode()}\n"
        try:
            self._merchants.public_key().verify(
                base64.b64decode(said.get("signature", "")), message.encode(), PKCS1v15(), SHA256()
            )
        except InvalidSignature:
            return False
        return (kind, said["mchid"], said["serial_no"]) == (
            "WECHATPAY2-SHA256-RSA2048",
            self.merchant.merchant_id,
            self.merchant.serial_no,
        )

    def _signed(self, body: bytes, at: float | None = None) -> dict[str, str]:
        timestamp, nonce = str(int(at or time.time())), secrets.token_hex(8)
        message = f"{timestamp}\n{nonce}\n{body.decode()}\n"
        signature = self._own.sign(message.encode(), PKCS1v15(), SHA256())
        return {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": base64.b64encode(signature if self.sign else b"wrong").decode(),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Serial": self.merchant.public_key_id,
        }


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, standin: WechatStandin) -> None:
        self.standin = standin
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        standin = self.server.standin
        status, content = standin.respond(
            self.command, self.path, self.headers.get("Authorization", ""), body
        )
        sent = json.dumps(content).encode()
        self.send_response(status)
        for name, value in standin._signed(sent).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    do_GET = do_POST = _handle  # noqa: N815 - named by the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        """Keep quiet."""
