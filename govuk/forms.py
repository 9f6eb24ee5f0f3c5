"""A form whose errors say what to do: "Enter the date you met", not "This field is required"."""

from typing import Any

from django import forms

DJANGO_REQUIRED = forms.Field.default_error_messages["required"]


class GovForm(forms.Form):
    """Gives each field that has no words of its own an error in the manner of GOV.UK."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == DJANGO_REQUIRED:
                field.error_messages["required"] = self._required(name, field)
            if isinstance(field, forms.EmailField):
                wrong = "Enter an e-mail address in the right form, like name@bexley.example"
                field.error_messages["invalid"] = wrong
                for validator in field.validators:
                    if hasattr(validator, "message"):
                        validator.message = wrong

    @staticmethod
    def _required(name: str, field: forms.Field) -> str:
        label = str(field.label or name.replace("_", " ")).rstrip("?:. ")
        label = label[:1].lower() + label[1:]
        if isinstance(field, forms.BooleanField):
            return f"Tick the box: {label}"
        if isinstance(field, forms.ChoiceField):
            return f"Choose an answer: {label}"
        if isinstance(field, forms.FileField):
            return f"Choose a file: {label}"
        return f"Enter {label}"
