import pytest

from tools.clean._phone import mask_phone_numbers


@pytest.mark.parametrize(
    "text, masked",
    [
        ("Call me on +44 20 7946 0321 after four.", "Call me on <PHONE> after four."),
        ("ring +1 (650) 253-0000 or +91-98765-43210", "ring <PHONE> or <PHONE>"),
        ("(415) 555-2671", "<PHONE>"),
        ("415.555.2671, thanks", "<PHONE>, thanks"),
        ("reach me under 4155552671", "reach me under <PHONE>"),
        ("Wählen Sie 030 23125448.", "Wählen Sie <PHONE>."),
        ("Mobil: 0171/1234567", "Mobil: <PHONE>"),
        ("0049 30 23125448", "<PHONE>"),
        ("c'est le 01 42 68 53 00", "c'est le <PHONE>"),
        ("llámame al 612 34 56 78", "llámame al <PHONE>"),
        ("whatsapp 98765 43210", "whatsapp <PHONE>"),
        ("office 020 7946 0958", "office <PHONE>"),
        ("it is 07911 123456", "it is <PHONE>"),
        ("my mobile is 07700900123", "my mobile is <PHONE>"),
        ("03-3210-1234", "<PHONE>"),
        ("0412 345 678", "<PHONE>"),
        ("044 668 18 00", "<PHONE>"),
        ("call 555-0123 now", "call <PHONE> now"),
        ("tel:+14155552671", "tel:<PHONE>"),
        ("1-800-356-9377", "<PHONE>"),
    ],
)
def test_numbers_of_many_countries_are_masked(text: str, masked: str):
    assert mask_phone_numbers(text) == masked
    assert mask_phone_numbers(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Order 4155550132 has not arrived",
        "order number 312-555-0187",
        "order 112-3456789-1234567",
        "Invoice #2024-0001234",
        "tracking number 9400 1000 0000 0000 0000 00",
        "1Z999AA10123456784",
        "card 4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "IBAN DE89 3704 0044 0532 0130 00",
        "978-3-16-148410-0",
        "on 2024-05-12 10:30 or 12/05/2024 or 01.02.2023 - 05.03.2023",
        "I called on 12.05.2024 about it",
        "paid 1,234,567.89 EUR and $1234567.00",
        "1 234 567 890 people",
        "192.168.100.200",
        "37.774929, -122.419416",
        "reference: 0845 123 4567",
        "open 0800-1800",
        "from 2019-2023",
        "1234567890",
        "123-45-6789",
        "2,147,483,647",
        "1700000000",
        "3.14159265358979",
        "ticket 00412345678",
        "scores 21-19 21-15 21-10",
        "about 1 500 000 dollars",
    ],
)
def test_orders_prices_dates_and_the_like_stay(text: str):
    assert mask_phone_numbers(text) == text
