"""Career pathways: roles and the steps between them, qualification routes, and what each of them asks for."""
